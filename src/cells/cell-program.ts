/**
 * The half of a cell that says what to run: its text, printed and then edited, its parameters, what is wrong with them,
 * and which of the book's and the reader's versions they are. What it makes of them is a `Load`.
 */
import type { Problem } from "../views/machine-state.js";
import { count } from "../views/numbers.js";
import { type Attribute, parametersOf, programOf, scenarioOf, setUpOf } from "./cell-attributes.js";
import { PARAMETER_EVENT, type ParameterChange } from "./cell-events.js";
import { CellVersion } from "./cell-version.js";
import type { KeptCell } from "./keep/kept-cell.js";
import { Notice } from "./notice.js";
import { ParameterPanel } from "./parameters/parameter-panel.js";
import { ProblemsBox } from "./problems-box.js";
import { LONGEST_SOURCE, type Load } from "./protocol.js";
import type { Language, Parameter, ParameterValues, Scenario } from "./scenarios/scenario.js";
import { SourceBox } from "./source-box.js";

/** Quiet time after the last key before the program is assembled anew. */
const TYPING_PAUSE_MS = 250;

export interface ProgramEvents {
  /** There is another program, or other parameters from the beginning on: a fresh machine is due. */
  changed(): void;
  /** A parameter that the running world takes has another value. */
  adjusted(name: string, value: number | string): void;
  /** A parameter that counts from the beginning has another value. */
  restarted(): void;
  run(): void;
  step(): void;
  /** The margin beside a line was pressed. */
  margin(line: number): void;
}

export class CellProgram {
  readonly scenario: Scenario;
  readonly language: Language;
  readonly version: CellVersion;
  readonly source: SourceBox;
  readonly notice = new Notice();
  private readonly box = document.createElement("div");
  private readonly problems = new ProblemsBox();
  private readonly panel: ParameterPanel;
  private typing: ReturnType<typeof setTimeout> | undefined;

  /** @param cell whose content is the printed program */
  constructor(
    private readonly cell: HTMLElement,
    private readonly attribute: Attribute,
    private readonly events: ProgramEvents,
  ) {
    this.scenario = scenarioOf(attribute);
    this.language = (attribute("language") ?? "asm") as Language;
    const printed = document.createElement("div");
    printed.append(...cell.childNodes);
    const text = (printed.querySelector("pre")?.textContent ?? "").replace(/\n$/, "");
    const parameters = parametersOf(this.scenario, attribute);
    this.version = new CellVersion(this.name, { text, parameters });
    this.panel = new ParameterPanel(this.parameters, (name, value) => this.setParameter(name, value));
    this.panel.show(this.version.values);
    this.box.className = "cell-source";
    this.box.hidden = this.language === "none";
    this.box.append(printed);
    const source = { language: this.language, original: text, printed, parent: this.box };
    this.source = new SourceBox(
      { ...source, longest: LONGEST_SOURCE },
      {
        changed: () => this.typed(),
        run: () => events.run(),
        step: () => events.step(),
        margin: (line) => events.margin(line),
        tooLong: (length) => this.show([tooLong(length)]),
      },
    );
    this.bringBack();
  }

  /** From top to bottom. */
  get elements(): HTMLElement[] {
    return [this.box, ...[this.notice, this.problems, this.panel].map(({ element }) => element)];
  }

  get name(): string {
    return this.attribute("name") ?? "";
  }

  get parameters(): readonly Parameter[] {
    return this.scenario.parameters;
  }

  get values(): ParameterValues {
    return this.version.values;
  }

  /** What to run. */
  load(): Load {
    return this.loadOf(this.source.text, this.values);
  }

  /** What the book would run. */
  original(): Load {
    const { text, parameters } = this.version.original;
    return this.loadOf(text, parameters);
  }

  private loadOf(text: string, parameters: ParameterValues): Load {
    return { ...setUpOf(this.attribute), program: programOf(this.language, text), parameters };
  }

  /** What an earlier visit left: the reader's version, or one that no longer fits the book's. */
  private bringBack(): void {
    const { keptText, stale, values } = this.version;
    for (const name of Object.keys(values)) this.announce(name);
    if (keptText !== undefined) this.source.replace(keptText);
    if (!stale) return;
    this.notice.show("You changed this cell when the book had another version of it.", [
      { label: "Use my version", act: () => this.use(stale) },
      { label: "Forget mine", act: () => this.version.forget() },
    ]);
  }

  /** The reader's version in place of the present one; what it does not say is as in the book. */
  use(version: KeptCell): void {
    this.show([]);
    this.put(version);
    this.changed();
  }

  /** A stranger's version, to be looked at: what the reader has made of the cell stays kept until the next change. */
  visit(version: KeptCell): void {
    this.show([]);
    this.put(version);
    this.cancel();
  }

  private put({ text, parameters }: KeptCell): void {
    const { original } = this.version;
    this.setValues({ ...original.parameters, ...this.version.known(parameters) });
    this.source.replace(text ?? original.text);
  }

  /** As in the book; what was kept is forgotten. */
  restore(): void {
    const { original } = this.version;
    this.setValues(original.parameters);
    this.source.restore();
    this.notice.hide();
    this.show([]);
    this.version.forget();
    this.changed();
  }

  setParameter(name: string, value: number | string): void {
    const parameter = this.parameters.find((one) => one.name === name);
    if (!parameter || this.values[name] === value) return;
    this.setValues({ ...this.values, [name]: value });
    this.keep();
    if (parameter.applies === "now") this.events.adjusted(name, value);
    else this.events.restarted();
  }

  private setValues(values: ParameterValues): void {
    const before = this.version.values;
    this.version.values = values;
    this.panel.show(values);
    for (const name of Object.keys(values)) if (values[name] !== before[name]) this.announce(name);
  }

  private announce(name: string): void {
    const detail: ParameterChange = { cell: this.name, name, value: this.values[name]! };
    this.cell.dispatchEvent(new CustomEvent(PARAMETER_EVENT, { bubbles: true, detail }));
  }

  private typed(): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.changed(), TYPING_PAUSE_MS);
  }

  /** What was typed just now counts. */
  freshen(): void {
    if (this.typing !== undefined) this.changed();
  }

  /** Forgets what was typed just now and does not count yet. */
  cancel(): void {
    clearTimeout(this.typing);
    this.typing = undefined;
  }

  /** There is another program. */
  changed(): void {
    this.cancel();
    this.keep();
    this.events.changed();
  }

  private keep(): void {
    const problem = this.version.keep(this.source.text);
    if (problem !== undefined) this.notice.show(problem, [{ label: "All right", act: () => {} }]);
  }

  /** What is wrong with the program. */
  show(problems: readonly Problem[]): void {
    this.problems.show(problems);
    this.source.setProblems(problems);
  }
}

function tooLong(length: number): Problem {
  return {
    reason: `${count(length)} characters are too many for a cell, which holds at most ${count(LONGEST_SOURCE)}`,
    nextStep:
      "The text was left as it was. Paste less, or run a finished program on the page “Run your own program”.",
  };
}
