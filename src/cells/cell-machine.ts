/**
 * The page's end of a run: one machine in a worker, for one cell or for all cells with the same word `share=`. It is
 * made when a cell that shows it comes near the window and ended when all are far away; what remains is the load, what
 * came in from outside and t, and from that it is made again as it was.
 */
import type { WorldInput } from "../trace/input.js";
import type { MachineState, Problem } from "../views/machine-state.js";
import type { WorkerLike } from "./policy/reader-worker.js";
import type { Answers, FromWorker, Load, Position, Question, ToWorker } from "./protocol.js";
import { Questions } from "./questions.js";
import { NO_ANSWER, PATIENCE_MS, WorkerLink } from "./worker-link.js";

/** A program of the reader's answers quickly, or loops. */
const READER_PATIENCE_MS = 2_000;

/** A cell that shows the machine. */
export interface MachineUser {
  /** Names of the views that it draws. */
  readonly views: readonly string[];
  /** What to run, from the cell whose program it is; undefined for a cell that only looks on. */
  readonly load: (() => Load) | undefined;
  state(state: MachineState): void;
  /** Runs stop at these references from now on. */
  stopsAt(references: readonly string[]): void;
  /** What is wrong with the program; none when it was loaded. */
  checked(problems: readonly Problem[]): void;
  recoded(line: number, text: readonly string[]): void;
  /** A word to the reader that is no outcome of the run. */
  say(text: string): void;
}

export class CellMachine {
  private readonly users = new Set<MachineUser>();
  private readonly near = new Set<MachineUser>();
  private readonly inSight = new Set<MachineUser>();
  private readonly link: WorkerLink;
  /** Number of the last `load`. */
  private loads = 0;
  /** Messages by their position: states from before the last load are of another machine, those before a run do not tell of it. */
  private loadedBy = 0;
  /** What runs, and whether its answer is still to come. */
  private loaded: Load | undefined;
  private checking = false;
  /** What to load as soon as the answer has come. */
  private next: { resume?: Position; run: boolean } | undefined;
  private runBy = 0;
  private seekBy: number | undefined;
  private inputs: Position["inputs"] = [];
  private current: MachineState | undefined;
  /** The reader wants it to run, though it may rest while nobody sees it. */
  private running = false;
  private rests = false;
  private pace: number | undefined;
  private stops: readonly string[] = [];
  /** Where to go when the `seek` that is under way has arrived. */
  private wish: number | undefined;
  private breaks = 0;
  /** Its program is of no use; only another one wakes it. */
  private resting = false;
  private readonly questions = new Questions();

  /** @param make starts a worker for a load */
  constructor(make: (load: Load | undefined) => WorkerLike) {
    this.link = new WorkerLink(
      () => make(this.loaded),
      (message) => this.heard(message),
      () => (this.isReaders ? READER_PATIENCE_MS : PATIENCE_MS),
    );
  }

  /** It runs JavaScript of the reader's, which is a part of its worker. */
  private get isReaders(): boolean {
    return this.loaded?.program.kind === "policy";
  }

  /** The last state that the worker told. */
  get state(): MachineState | undefined {
    return this.current;
  }

  /** How to come back to this moment. */
  get position(): Position {
    return { inputs: this.inputs, time: (this.current?.time ?? 0) - this.start };
  }

  /** Everything that came in from outside, at its t. */
  get logged(): Position["inputs"] {
    return this.inputs.map(({ time, input }) => ({ time: time + this.start, input }));
  }

  private get start(): number {
    return this.current?.timeline?.start ?? 0;
  }

  get isRunning(): boolean {
    return this.running;
  }

  join(user: MachineUser): void {
    this.users.add(user);
    if (this.current) user.state(this.current);
    if (this.link.isAwake) this.link.post({ kind: "show", views: this.views() });
  }

  leave(user: MachineUser): void {
    for (const set of [this.users, this.near, this.inSight]) set.delete(user);
    if (this.near.size === 0) this.sleep();
  }

  /** A user has come near the window, or gone far away. */
  comes(user: MachineUser, near: boolean): void {
    if (near) this.near.add(user);
    else this.near.delete(user);
    if (near) this.wake();
    else if (this.near.size === 0) this.sleep();
  }

  /** A user is in the window, or is not. What nobody sees does not run. */
  seen(user: MachineUser, inSight: boolean): void {
    if (inSight) this.inSight.add(user);
    else this.inSight.delete(user);
    if (!this.running || !this.link.isAwake) return;
    if (this.inSight.size === 0) this.rest();
    else if (this.rests) this.postRun();
  }

  /** Pauses what goes on as soon as somebody sees it. */
  private rest(): void {
    this.rests = true;
    this.link.post({ kind: "stop" });
  }

  /** Makes the machine, as it was when it was put away. */
  wake(): void {
    if (this.link.isAwake || this.resting) return;
    this.loaded ??= this.authored();
    this.postLoad(this.position);
  }

  /**
   * Makes a fresh machine for what its author has now; with `resume`, at that moment; with `run`, running on from there.
   * While one is being made only the newest wish counts.
   */
  reload({ resume, run = false }: { readonly resume?: Position; readonly run?: boolean } = {}): void {
    if (this.checking && this.link.isAwake) {
      this.next = { ...(resume && { resume }), run };
      return;
    }
    this.running = false;
    this.inputs = resume?.inputs ?? [];
    this.breaks = 0;
    this.resting = false;
    this.loaded = this.authored();
    this.postLoad(resume);
    if (run) this.run(this.pace);
  }

  private authored(): Load | undefined {
    for (const user of this.users) if (user.load) return user.load();
    return undefined;
  }

  run(stepsPerSecond?: number): void {
    this.pace = stepsPerSecond;
    // What waits to be made is what shall run.
    if (this.next) {
      this.next.run = true;
      return;
    }
    this.running = true;
    this.postRun();
  }

  /** Changes the pace of a run that is under way. */
  setPace(stepsPerSecond: number | undefined): void {
    if (this.running && stepsPerSecond !== this.pace) this.run(stepsPerSecond);
  }

  stop(): void {
    this.running = false;
    this.post({ kind: "stop" });
  }

  /** Goes to t. While one goes, only the newest wish counts. */
  seek(time: number): void {
    this.running = false;
    if (this.seekBy === undefined) this.seekBy = this.post({ kind: "seek", time });
    else this.wish = time;
  }

  /** Goes to the moment so many steps after the beginning. */
  seekSteps(steps: number): void {
    this.seek(this.start + steps);
  }

  input(input: WorldInput): void {
    this.post({ kind: "input", input });
  }

  /** References at which runs stop. */
  get stopsAt(): readonly string[] {
    return this.stops;
  }

  /** Makes runs stop at a reference, or no longer. */
  toggleStop(reference: string): void {
    const { stops } = this;
    this.stops = stops.includes(reference) ? stops.filter((one) => one !== reference) : [...stops, reference];
    if (this.link.isAwake) this.link.post({ kind: "stops", at: this.stops });
    for (const user of this.users) user.stopsAt(this.stops);
  }

  /** Asks the worker. Rejects with the reason when there is no answer. */
  ask<K extends keyof Answers>(question: Question & { readonly kind: K }): Promise<Answers[K]> {
    return this.questions.ask<K>((number) => this.post({ kind: "ask", number, question }));
  }

  /** Posts a message, to a machine that is made if there is none. */
  post(message: ToWorker): number {
    this.wake();
    if (message.kind === "step") this.running = false;
    return this.link.post(message);
  }

  private postRun(): void {
    const { pace } = this;
    this.rests = false;
    this.runBy = this.post({ kind: "run", ...(pace === undefined ? {} : { stepsPerSecond: pace }) });
  }

  private postLoad(resume: Position | undefined): void {
    const load = this.loaded;
    if (!load) return;
    this.forgetSeek();
    this.runBy = 0;
    this.checking = true;
    if (this.isReaders) this.link.end();
    const isStart = !resume || (resume.time === 0 && resume.inputs.length === 0);
    this.loadedBy = this.link.post({
      kind: "load",
      number: ++this.loads,
      load: { ...load, show: this.views() },
      ...(isStart ? {} : { resume }),
    });
    if (this.stops.length > 0) this.link.post({ kind: "stops", at: this.stops });
  }

  private views(): string[] {
    return [...new Set([...this.users].flatMap((user) => user.views))];
  }

  /** Ends the worker; what is needed to make it again stays. */
  private sleep(): void {
    this.forgetSeek();
    this.checking = false;
    this.questions.failAll("the machine was put away");
    this.link.end();
  }

  private forgetSeek(): void {
    this.seekBy = undefined;
    this.wish = undefined;
  }

  private heard(message: FromWorker): void {
    switch (message.kind) {
      case "state":
        return this.show(message.state, message.after);
      case "checked":
        if (message.number === this.loads) this.checked(message.problems);
        return;
      case "inputs":
        this.inputs = message.inputs;
        return;
      case "answer":
        return this.questions.answered(message.number, message.answer);
      case "unanswered":
        return this.questions.unanswered(message.number, message.reason);
      case "refused":
        return this.say(`${message.problem.reason}. ${message.problem.nextStep}`);
      case "recoded":
        for (const user of this.users) if (user.load) user.recoded(message.line, message.text);
        return;
      case "broken":
        return this.broke(message.reason);
    }
  }

  private checked(problems: readonly Problem[]): void {
    this.checking = false;
    const { next } = this;
    this.next = undefined;
    if (next) this.reload(next);
    else for (const user of this.users) user.checked(problems);
  }

  private show(state: MachineState, after: number): void {
    if (after < this.loadedBy) return;
    this.current = state;
    this.breaks = 0;
    const { kind } = state.outcome;
    if (kind !== "running" && after >= this.runBy && !(this.rests && kind === "paused")) this.running = false;
    if (this.seekBy !== undefined && after >= this.seekBy) this.arrived();
    for (const user of this.users) user.state(state);
  }

  private arrived(): void {
    const { wish } = this;
    this.forgetSeek();
    if (wish !== undefined) this.seek(wish);
  }

  /** Once it is made again where it was; if it breaks there too, at its beginning; then it rests. */
  private broke(reason: string): void {
    this.running = false;
    this.checking = false;
    this.next = undefined;
    this.questions.failAll(reason);
    this.forgetSeek();
    this.breaks++;
    if (this.isReaders) this.readersFault(reason);
    else if (this.breaks === 1 && this.current) {
      this.postLoad(this.position);
      this.say(`The machine stopped answering (${reason}). A new one has been brought to where it was.`);
    } else if (this.breaks === 2) {
      this.inputs = [];
      this.current = undefined;
      this.postLoad(undefined);
      this.say(`The machine broke again (${reason}), so this is a fresh one, at its beginning.`);
    } else this.say(`This cell broke, which is our mistake: ${reason}. Reset makes a fresh machine.`);
  }

  /** To run the same program again would end the same way. */
  private readersFault(reason: string): void {
    this.resting = true;
    const problem = {
      reason: `your program was ended: ${reason === NO_ANSWER ? "it did not answer within two seconds" : reason}`,
      nextStep:
        "Look for a loop that does not end, or for data that grows and grows. Nothing else was harmed.",
    };
    for (const user of this.users) user.checked([problem]);
  }

  private say(text: string): void {
    for (const user of this.users) user.say(text);
  }
}
