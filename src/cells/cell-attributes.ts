/**
 * What the attributes of a live cell say, which are the words of its fence: its scenario and that scenario's
 * parameters, its views, its limits, and with which other cells of the page it shares a machine.
 *
 *     ```asm live name=c1.step scenario=bare show=cycle,registers param-slice=10 share=loop limit=1000 expect-…
 */
import { EXPECTATIONS } from "./expectations.js";
import { LIMITS, type Load, type Program } from "./protocol.js";
import { SCENARIOS, scenarioNamed } from "./scenarios/index.js";
import {
  defaultValues,
  type Language,
  type ParameterValues,
  readParameter,
  type Scenario,
} from "./scenarios/scenario.js";

/** All attributes that a fence of a live cell may have, besides `param-…`. */
export const CELL_ATTRIBUTES: readonly string[] = [
  "name",
  "scenario",
  "show",
  "share",
  "gates",
  "rings",
  "limit",
  "pace",
  ...EXPECTATIONS,
];

/** What the name of an attribute that sets a parameter begins with. */
export const PARAMETER_PREFIX = "param-";

/** A cell without the word `scenario=` is this. */
const DEFAULT_SCENARIO = "bare";

/** Looks up an attribute; null where it is absent. */
export type Attribute = (name: string) => string | null;

/** Everything about a cell but its program. */
export type SetUp = Omit<Load, "program">;

/** The scenario that the attributes name. */
export function scenarioOf(attribute: Attribute): Scenario {
  return scenarioNamed(attribute("scenario") ?? DEFAULT_SCENARIO);
}

/** The set-up that the attributes say. Throws on what `wrongWith` would have found. */
export function setUpOf(attribute: Attribute): SetUp {
  const scenario = scenarioOf(attribute);
  return {
    scenario: scenario.name,
    parameters: parametersOf(scenario, attribute),
    show: attribute("show")?.split(",") ?? scenario.show,
    gates: numbers(attribute("gates")) ?? [0x80],
    rings: (numbers(attribute("rings")) ?? [0, 3]) as Load["rings"],
    limits: { ...LIMITS, instructions: Number(attribute("limit") ?? LIMITS.instructions) },
  };
}

/** The values with which a cell begins. */
export function parametersOf(scenario: Scenario, attribute: Attribute): ParameterValues {
  const said = scenario.parameters.flatMap((parameter) => {
    const text = attribute(PARAMETER_PREFIX + parameter.name);
    if (text === null) return [];
    const read = readParameter(parameter, text);
    if ("wrong" in read) throw new Error(`${PARAMETER_PREFIX}${parameter.name}: ${read.wrong}`);
    return [[parameter.name, read.value] as const];
  });
  return { ...defaultValues(scenario), ...Object.fromEntries(said) };
}

/** A text in the cell's language as what is to be run. */
export function programOf(language: Language, text: string): Program {
  if (language === "none") return { kind: "none" };
  return { kind: language === "js" ? "policy" : "source", text };
}

const numbers = (text: string | null): number[] | undefined => text?.split(",").map(Number);

/** What is wrong with the attributes taken together: unknown scenarios, languages and parameters. */
export function wrongWith(language: Language, attributes: ReadonlyMap<string, string>): string | undefined {
  const name = attributes.get("scenario") ?? DEFAULT_SCENARIO;
  const scenario = SCENARIOS.get(name);
  if (!scenario) return `scenario=… knows no “${name}”; known: ${[...SCENARIOS.keys()].join(", ")}`;
  if (!scenario.languages.includes(language))
    return `the scenario ${name} takes no “${language}”; it takes ${scenario.languages.join(", ")}`;
  for (const [attribute, text] of attributes) {
    if (!attribute.startsWith(PARAMETER_PREFIX)) continue;
    const parameter = scenario.parameters.find((one) => PARAMETER_PREFIX + one.name === attribute);
    if (!parameter)
      return `the scenario ${name} has no parameter “${attribute.slice(PARAMETER_PREFIX.length)}”`;
    const read = readParameter(parameter, text);
    if ("wrong" in read) return `${attribute}=…: ${read.wrong}`;
  }
  return undefined;
}
