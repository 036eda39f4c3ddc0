/** What all laboratories of scheduling have in common: no program, a session of simulations, steps from decision to decision. */
import type { Experiment } from "../laboratory/laboratory.js";
import type { ChoiceParameter, NumberParameter, Parameter, ParameterValues, Scenario } from "./scenario.js";

/** What a file of `laboratory/` exports: the experiments for the parameters that the reader has set. */
export interface ExperimentsModule {
  experiments(values: ParameterValues): readonly Experiment[];
}

export interface LaboratoryDescription {
  readonly name: string;
  readonly says: string;
  readonly show: readonly string[];
  readonly parameters: readonly Parameter[];
  load(): Promise<ExperimentsModule>;
}

/** A scenario made of simulations. */
export function laboratoryScenario({ load, ...about }: LaboratoryDescription): Scenario {
  return {
    ...about,
    languages: ["none"],
    units: ["event", "line"],
    async prepare() {
      const [{ experiments }, { openLaboratory }] = await Promise.all([
        load(),
        import("../laboratory/laboratory-session.js"),
      ]);
      return { kind: "session", open: ({ parameters }) => openLaboratory(experiments(parameters)) };
    },
  };
}

type NumberWords = Pick<NumberParameter, "name" | "label" | "least" | "most" | "step" | "value"> &
  Partial<Pick<NumberParameter, "unit" | "says">>;

/** A number that counts from the beginning. */
export const number = (words: NumberWords): NumberParameter => ({
  kind: "number",
  applies: "restart",
  ...words,
});

/** A choice that counts from the beginning: values and what they are called; the first is chosen. */
export const choice = (
  name: string,
  label: string,
  choices: Readonly<Record<string, string>>,
  value = Object.keys(choices)[0]!,
): ChoiceParameter => ({
  ...{ kind: "choice", applies: "restart", name, label, value },
  choices: Object.entries(choices).map(([one, words]) => ({ value: one, label: words })),
});

/** Ticks a second that kernels are built with. */
export const TICK_CHOICES = { "1000": "1000", "300": "300", "250": "250", "100": "100" };
