/**
 * The element `run-program`: a program that somebody else compiled, chosen or dropped, run under the book's kernel.
 * The file never leaves the page. Leaves out: files besides the program.
 */
import type { MachineState, Problem } from "../views/machine-state.js";
import { count, plural } from "../views/numbers.js";
import { goesOnWhenTyped, isOver } from "../views/outcome.js";
import { ACTION_EVENT, type Action } from "../views/view.js";
import { splitWords } from "./command-words.js";
import type { Command } from "./controls/commands.js";
import { Toolbar } from "./controls/toolbar.js";
import { ProblemsBox } from "./problems-box.js";
import type { FromWorker, Load, Program } from "./protocol.js";
import { statisticOf, textField } from "./run-fields.js";
import { startWorker } from "./start-worker.js";
import { ViewsPanel } from "./views-panel.js";
import { WorkerLink } from "./worker-link.js";

/** The guest's RAM holds the file and its copy in memory. */
const LONGEST_FILE = 48 << 20;
const MEMORY = 192 << 20;
const INSTRUCTIONS = 2_000_000_000;

/** What is shown of a program on a terminal, and of one that is fed a text. */
const SHOW = { terminal: ["terminal", "calls"], kernel: ["output", "calls"] } as const;
const COMMANDS: readonly Command[] = ["run", "stop", "reset", "words"];

export class RunProgram extends HTMLElement {
  private readonly toolbar = new Toolbar(
    { commands: COMMANDS, again: true },
    { asked: (command) => this.obey(command) },
  );
  private views = new ViewsPanel(SHOW.terminal);
  private readonly problems = new ProblemsBox();
  private readonly statistics = document.createElement("dl");
  private readonly zone = document.createElement("div");
  private readonly chosen = document.createElement("p");
  private readonly args = textField("Arguments, as in a shell", "input");
  private readonly environment = textField("Environment, one NAME=value a line", "textarea");
  private readonly input = textField("Standard input", "textarea");
  private readonly onTerminal = document.createElement("input");
  private readonly link = new WorkerLink(startWorker, (message) => this.heard(message));
  private file: { name: string; bytes: Uint8Array } | undefined;
  private state: MachineState | undefined;
  private loads = 0;

  connectedCallback(): void {
    if (this.classList.contains("cell")) return;
    this.classList.add("cell");
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Run your own program");
    this.buildZone();
    const form = document.createElement("div");
    form.className = "run-form";
    form.append(this.zone, this.args.label, this.environment.label, this.terminalChoice(), this.input.label);
    this.environment.field.value = "PATH=/usr/bin:/bin\nHOME=/root\nTERM=xterm\nLANG=C";
    this.statistics.className = "run-statistics";
    this.replaceChildren(
      form,
      this.problems.element,
      this.toolbar.element,
      this.statistics,
      this.views.element,
    );
    this.toolbar.say("Choose a program first.");
    this.views.element.hidden = true;
    this.addEventListener("keydown", (event) => {
      if (!event.defaultPrevented && this.toolbar.key(event)) event.preventDefault();
    });
    this.addEventListener(ACTION_EVENT, (event) => this.act((event as CustomEvent<Action>).detail));
  }

  /** On a terminal the reader types; otherwise the program reads the field, and then the end. */
  private terminalChoice(): HTMLElement {
    const { onTerminal, input } = this;
    const label = document.createElement("label");
    label.className = "run-choice";
    onTerminal.type = "checkbox";
    onTerminal.checked = true;
    label.append(onTerminal, " On a terminal: what you type there goes to the program");
    const choose = () => {
      input.label.hidden = onTerminal.checked;
      this.forget();
    };
    onTerminal.addEventListener("change", choose);
    input.label.hidden = true;
    return label;
  }

  private get scenario(): "terminal" | "kernel" {
    return this.onTerminal.checked ? "terminal" : "kernel";
  }

  /** Keys, or another size of the window. */
  private act(action: Action): void {
    if (action.kind !== "input" || !this.state) return;
    this.link.post({ kind: "input", input: action.input });
    if (goesOnWhenTyped(this.state.outcome)) this.link.post({ kind: "run" });
  }

  disconnectedCallback(): void {
    this.link.end();
  }

  private buildZone(): void {
    const { zone, chosen } = this;
    zone.className = "drop-zone";
    chosen.textContent = "Drop a static x86-64 ELF program here, or choose one:";
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.setAttribute("aria-label", "Program file");
    chooser.addEventListener("change", () => void this.choose(chooser.files?.[0]));
    zone.append(chosen, chooser);
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      zone.addEventListener(type, (event) => {
        event.preventDefault();
        zone.classList.toggle("over", type === "dragenter" || type === "dragover");
      });
    }
    zone.addEventListener("drop", (event) => void this.choose(event.dataTransfer?.files[0]));
  }

  private async choose(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > LONGEST_FILE) return this.problems.show([tooLarge(file)]);
    try {
      this.file = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    } catch {
      return this.problems.show([
        { reason: `${file.name} cannot be read`, nextStep: "A folder cannot be run; choose a file." },
      ]);
    }
    this.problems.show([]);
    this.chosen.textContent = `${file.name}, ${plural(file.size, "byte")}. Drop or choose another:`;
    this.toolbar.say(`${file.name} is ready. Press Run.`);
    this.forget();
  }

  /** The machine of the last run is of no more use. */
  private forget(): void {
    this.link.end();
    this.state = undefined;
    this.views.element.hidden = true;
    this.statistics.replaceChildren();
  }

  private obey(command: Command): void {
    if (command === "words") return this.toolbar.press("words", this.classList.toggle("with-words"));
    if (command === "stop") {
      if (this.link.isAwake) this.link.post({ kind: "stop" });
      return;
    }
    if (command === "reset") {
      this.forget();
      return this.toolbar.say(
        this.file ? `${this.file.name} is ready. Press Run.` : "Choose a program first.",
      );
    }
    if (this.state && isOver(this.state.outcome)) this.forget();
    if (this.state === undefined && !this.load()) return;
    this.link.post({ kind: "run" });
  }

  /** Loads the program with what the fields say; false when they are wrong. */
  private load(): boolean {
    const { file } = this;
    if (!file) {
      this.problems.show([
        { reason: "There is no program yet", nextStep: "Drop a file on the field above, or choose one." },
      ]);
      return false;
    }
    const words = splitWords(this.args.field.value);
    if ("problem" in words) {
      this.problems.show([words.problem]);
      return false;
    }
    const environment = this.environment.field.value.split("\n").filter((line) => line.includes("="));
    const program: Program = {
      kind: "elf",
      ...file,
      args: words.words,
      environment,
      input: this.input.field.value,
    };
    const load: Load = {
      program,
      scenario: this.scenario,
      parameters: {},
      show: SHOW[this.scenario],
      limits: { instructions: INSTRUCTIONS, memory: MEMORY },
      gates: [],
      rings: [],
    };
    this.problems.show([]);
    const views = new ViewsPanel(SHOW[this.scenario]);
    this.views.element.replaceWith(views.element);
    this.views = views;
    this.link.post({ kind: "load", number: ++this.loads, load });
    return true;
  }

  private heard(message: FromWorker): void {
    if (message.kind === "state") this.draw(message.state);
    else if (message.kind === "checked") this.problems.show(message.problems);
    else if (message.kind === "broken") {
      this.state = undefined;
      this.toolbar.say(`The machine broke, which is our mistake: ${message.reason}. Run makes a fresh one.`);
    }
  }

  private draw(state: MachineState): void {
    this.state = state;
    this.views.element.hidden = false;
    this.views.draw(state);
    this.toolbar.show(state);
    const { statistics } = state;
    if (!statistics) return;
    const rows: [string, number][] = [
      ["instructions", statistics.instructions],
      ["page faults", statistics.pageFaults],
      ["forks", statistics.forks],
      ["context switches", statistics.contextSwitches],
      ["memory pages at most", statistics.framesPeak],
    ];
    this.statistics.replaceChildren(...rows.map(([name, n]) => statisticOf(name, count(n))));
  }
}

function tooLarge(file: File): Problem {
  return {
    reason: `${file.name} has ${plural(file.size, "byte")}; this page takes files up to ${count(LONGEST_FILE)}`,
    nextStep: "Strip its symbols (strip FILE), or run it with the command line: npx youcpu run -- FILE.",
  };
}
