/**
 * The element `book-exercise`: a task with a cell of its own, a check that runs what the reader made, and hint and solution,
 * of which the latter waits for a first try. The check runs in a worker and is given up after some seconds.
 */

import { ReaderWorker, type WorkerLike } from "../../cells/policy/reader-worker.js";
import type { FromWorker, ToWorker } from "../../cells/protocol.js";
import { scenarioNamed } from "../../cells/scenarios/index.js";
import type { Verdict } from "../exercises/exercise.js";
import type { Submission } from "../exercises/judge.js";
import type { Judged } from "../exercises/judge-worker.js";
import { type BookCell, cellNamed } from "./book-cell.js";
import { progress } from "./kept.js";

/** A check runs a program a few times, each within its limit of steps. */
const LONGEST_CHECK_MS = 30_000;

export class BookExercise extends HTMLElement {
  private readonly button = document.createElement("button");
  private readonly verdict = document.createElement("p");
  private worker: WorkerLike | undefined;

  connectedCallback(): void {
    if (!this.button.isConnected) this.build();
    this.showProgress();
  }

  disconnectedCallback(): void {
    this.worker?.terminate();
  }

  private get name(): string {
    return this.getAttribute("name")!;
  }

  private build(): void {
    this.button.type = "button";
    this.button.className = "exercise-check";
    this.button.textContent = "Check my answer";
    this.button.addEventListener("click", () => void this.check());
    this.verdict.className = "exercise-verdict";
    this.verdict.setAttribute("role", "status");
    this.querySelector(".exercise-task")!.after(this.button, this.verdict);
  }

  private showProgress(): void {
    const { tries = 0, solved = false } = progress.of(this.name);
    this.classList.toggle("solved", solved);
    const solution = this.querySelector<HTMLDetailsElement>(".exercise-solution")!;
    solution.hidden = tries === 0;
    this.dataset["tries"] = String(tries);
  }

  private async check(): Promise<void> {
    const cell = await cellNamed(this.name);
    this.button.disabled = true;
    this.verdict.textContent = "Running what you made …";
    const verdict = await this.judge(cell);
    this.button.disabled = false;
    const { tries = 0, solved = false } = progress.of(this.name);
    progress.note(this.name, { tries: tries + 1, solved: solved || verdict.passed });
    this.verdict.textContent = `${verdict.passed ? "✓ Solved. " : "Not yet. "}${verdict.says}`;
    this.verdict.classList.toggle("passed", verdict.passed);
    this.showProgress();
  }

  private judge(cell: BookCell): Promise<Verdict> {
    this.worker?.terminate();
    const submission: Submission = { exercise: this.name, ...cell.attempt() };
    const worker = judgeFor(submission);
    this.worker = worker;
    return new Promise((done) => {
      const end = (verdict: Verdict) => {
        clearTimeout(patience);
        worker.terminate();
        done(verdict);
      };
      const broken = (why: string) =>
        end({
          passed: false,
          says: `The check itself broke, which is our mistake: ${why}. Your answer was left as it is.`,
        });
      const patience = setTimeout(
        () => end({ passed: false, says: "It ran for too long and was given up. Does your program end?" }),
        LONGEST_CHECK_MS,
      );
      worker.addEventListener("error", (event) =>
        broken((event as ErrorEvent).message || "its code could not be loaded"),
      );
      worker.addEventListener("message", (event) => {
        const { data } = event as MessageEvent<Judged | Unreadable>;
        if ("verdict" in data) end(data.verdict);
        else if ("problems" in data) end({ passed: false, says: problemWords(data.problems) });
        else broken(data.broken);
      });
      // A text that is no program is refused as such by whoever would have made it one.
      worker.postMessage({ kind: "load", number: 0, ...submission } as Submission & ToWorker);
    });
  }
}

/** What a worker for a reader's program answers to a text that is none. */
type Unreadable = Extract<FromWorker, { kind: "checked" }>;

/** A worker for the check; a reader's program in JavaScript has one of its own, with nothing else in it. */
function judgeFor({ load }: Submission): WorkerLike {
  const { program, scenario } = load;
  if (program.kind !== "policy")
    return new Worker(import.meta.resolve("./judge.js"), { type: "module", name: "judge" });
  const module = import.meta.resolve("./policy-judge.js");
  return new ReaderWorker({ text: program.text, names: scenarioNamed(scenario).functions ?? [], module });
}

function problemWords([first]: Unreadable["problems"]): string {
  if (!first) return "This is no program.";
  const place = first.line === undefined ? "" : `Line ${first.line}: `;
  return `${place}${first.reason}. ${first.nextStep}`;
}
