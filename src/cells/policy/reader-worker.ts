/**
 * The page's side of a worker for one reader's program. Looks like any other worker; what was posted before it has begun
 * waits, and a text that is no program is answered as a program with a mistake.
 */
import type { Problem } from "../../views/machine-state.js";
import type { FromWorker, ToWorker } from "../protocol.js";

/** As much of a worker as the page uses. */
export type WorkerLike = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

/** Where the reader's text and the book's code are; see `policy-script.ts`. */
export interface ReaderWorkerOptions {
  readonly text: string;
  /** Functions that the text may define. */
  readonly names: readonly string[];
  /** Address of the book's code, which exports `begin`; default: that of a cell's worker. */
  readonly module?: string;
}

export class ReaderWorker extends EventTarget implements WorkerLike {
  private worker: Worker | undefined;
  /** Messages for a worker that has not begun. */
  private waiting: ToWorker[] | undefined = [];
  /** Why there is no worker: the text is no program. */
  private mistake: Problem | undefined;
  private address: string | undefined;
  private ended = false;

  constructor(private readonly options: ReaderWorkerOptions) {
    super();
    void this.start();
  }

  private async start(): Promise<void> {
    const { policyScript, scriptProblem } = await import("./policy-script.js");
    if (this.ended) return;
    const { text, names, module = import.meta.resolve("./policy-worker.js") } = this.options;
    const problem = scriptProblem(text);
    if (problem) return this.isNoProgram(problem);
    const script = new Blob([policyScript(text, names, module)], { type: "text/javascript" });
    this.address = URL.createObjectURL(script);
    this.worker = new Worker(this.address, { name: "reader" });
    this.worker.addEventListener("message", (event: MessageEvent<FromWorker | { kind: "awake" }>) => {
      if (event.data.kind === "awake") this.begin();
      else this.tell(event.data);
    });
    this.worker.addEventListener("error", (event) => {
      // It is told in the cell; the console need not hear it.
      event.preventDefault();
      void this.failed(event);
    });
  }

  postMessage(message: ToWorker): void {
    if (this.mistake) this.refuse(message);
    else if (this.waiting) this.waiting.push(message);
    else this.worker?.postMessage(message);
  }

  terminate(): void {
    this.ended = true;
    this.worker?.terminate();
    this.worker = undefined;
    if (this.address !== undefined) URL.revokeObjectURL(this.address);
    this.address = undefined;
  }

  private begin(): void {
    const { waiting = [] } = this;
    this.waiting = undefined;
    for (const message of waiting) this.worker?.postMessage(message);
  }

  /** Before it has begun, an error in a line is one of the reader's text: it cannot be read as a program. */
  private async failed({ message, lineno }: ErrorEvent): Promise<void> {
    const { LINES_BEFORE } = await import("./policy-script.js");
    if (!this.waiting || !lineno) {
      this.dispatchEvent(new ErrorEvent("error", { message: message || "its code could not be loaded" }));
      return;
    }
    const last = this.options.text.split("\n").length;
    const line = Math.max(1, lineno - LINES_BEFORE);
    const said = message.replace(/^Uncaught /, "") || "this is no program";
    this.isNoProgram(
      line > last
        ? {
            line: last,
            reason: `the brackets do not match (${said})`,
            nextStep: "One is missing, or is too many.",
          }
        : { line, reason: said, nextStep: "Look at this line and the one before." },
    );
  }

  private isNoProgram(problem: Problem): void {
    this.terminate();
    this.mistake = problem;
    const { waiting = [] } = this;
    this.waiting = undefined;
    for (const message of waiting) this.refuse(message);
  }

  /** Not at once: whoever posts does not expect an answer while posting. */
  private refuse(message: ToWorker): void {
    const { mistake } = this;
    if (message.kind !== "load" || !mistake) return;
    queueMicrotask(() => this.tell({ kind: "checked", number: message.number, problems: [mistake] }));
  }

  private tell(data: FromWorker): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}
