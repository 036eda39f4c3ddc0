/**
 * What a worker does with each message. Long runs are cut into slices, between which messages are heard, so that
 * `stop` always works; states are posted at most so often a second while running.
 */
import type { MachineState, Problem } from "../views/machine-state.js";
import { type CellSession, openSession } from "./cell-session.js";
import { emptyState } from "./empty-state.js";
import { Pace } from "./pace.js";
import {
  type FromWorker,
  LIMITS,
  type Load,
  type Position,
  type Question,
  type ToWorker,
  type WarmUp,
} from "./protocol.js";
import { recode } from "./recode.js";
import type { Prepared, ReadFile } from "./scenarios/scenario.js";
import { prepareRun, prepareScenario } from "./stage/make-stage.js";

/** The world around the desk; tests bring their own. */
export interface DeskWorld {
  post(message: FromWorker): void;
  /** Calls `runSlice` once, after messages that wait, and not before so many milliseconds have passed. */
  soon(milliseconds: number): void;
  milliseconds(): number;
  /** Files that the book brings along. */
  readonly readFile: ReadFile;
}

/** While running at full speed, and while running so slowly that one wants to see every step. */
const BETWEEN_STATES_MS = { full: 50, paced: 16 } as const;

/** What a worker runs that nobody uses yet. */
const FIRST: Load = {
  scenario: "kernel",
  program: { kind: "source", text: "_start:\n    jmp _start\n" },
  parameters: {},
  show: ["registers"],
  limits: LIMITS,
  gates: [],
  rings: [],
};

export class WorkerDesk {
  /** The whole answer of a scenario without time. */
  private answer: MachineState | undefined;
  private session: CellSession | undefined;
  /** Undefined while nothing runs. */
  private pace: Pace | undefined;
  /** The world was asked to call `runSlice`, and has not yet. */
  private waiting = false;
  private heard: Promise<void> = Promise.resolve();
  private lastPosted = Number.NEGATIVE_INFINITY;
  private inputsPosted = 0;
  /** The first t of the present run. */
  private start = 0;
  /** Messages obeyed, the present one among them. */
  private obeyed = 0;

  constructor(private readonly world: DeskWorld) {}

  /** Obeys one message after the other. A mistake of ours is reported, and ends this worker's use. */
  hear(message: ToWorker | WarmUp): Promise<void> {
    this.heard = this.heard.then(async () => {
      if (message.kind === "warm up") return this.warmUp();
      this.obeyed++;
      try {
        if (message.kind === "load") {
          const { number, load, resume } = message;
          const prepared = await prepareScenario(load.scenario, this.world.readFile);
          await this.open(number, load, resume, prepared);
        } else {
          if (!["show", "stops", "recode"].includes(message.kind)) await prepareRun();
          this.obey(message);
        }
      } catch (caught) {
        this.broke(caught);
      }
    });
    return this.heard;
  }

  /**
   * Makes a machine for nobody. The next one is quick: its kernel is assembled, and the code that makes it has run once. Where
   * that fails nothing is lost: whoever loads a program hears of it.
   */
  private async warmUp(): Promise<void> {
    try {
      await prepareScenario(FIRST.scenario, this.world.readFile);
      const opened = openSession(FIRST);
      if ("session" in opened) opened.session.state();
    } catch {}
  }

  /** Goes on with the run, if one is under way. */
  runSlice(): void {
    this.waiting = false;
    try {
      const { pace, session } = this;
      if (!pace || !session) return;
      const steps = pace.due(this.world.milliseconds());
      const goesOn = steps === 0 || session.slice(steps);
      if (!goesOn) this.pace = undefined;
      const now = this.world.milliseconds();
      const between = pace.isFull ? BETWEEN_STATES_MS.full : BETWEEN_STATES_MS.paced;
      if (!goesOn || (steps > 0 && now - this.lastPosted >= between)) this.postState();
      if (goesOn) this.sliceSoon(pace.wait(now));
    } catch (caught) {
      this.broke(caught);
    }
  }

  private broke(caught: unknown): void {
    this.pace = undefined;
    this.world.post({ kind: "broken", reason: caught instanceof Error ? caught.message : String(caught) });
  }

  private obey(message: Exclude<ToWorker, { kind: "load" }>): void {
    if (message.kind === "recode")
      return this.world.post({ kind: "recoded", line: message.line, text: recode(message.bytes) });
    const { session } = this;
    if (session) this.obeyOn(session, message);
    else if (this.answer) this.post(this.answer);
  }

  private obeyOn(session: CellSession, message: Exclude<ToWorker, { kind: "load" | "recode" }>): void {
    switch (message.kind) {
      case "step":
        this.stop();
        session.step(message.unit, message.back);
        break;
      case "seek":
        this.stop();
        session.seek(message.time);
        break;
      case "run":
        this.run(session, message.stepsPerSecond);
        break;
      case "stop":
        this.stop();
        break;
      case "stops": {
        const problem = session.stopAt?.(message.at);
        if (problem !== undefined) this.refuse({ reason: problem, nextStep: "Choose another place." });
        break;
      }
      case "ask":
        return this.tell(session, message.number, message.question);
      case "input": {
        const problem = session.accept(message.input);
        if (problem) this.refuse(problem);
        break;
      }
    }
    this.postState();
  }

  private refuse(problem: Problem): void {
    this.world.post({ kind: "refused", problem });
  }

  private tell(session: CellSession, number: number, question: Question): void {
    try {
      if (!session.answer) throw new Error("this machine keeps no record of what happens in it");
      this.world.post({ kind: "answer", number, answer: session.answer(question) });
    } catch (caught) {
      const reason = caught instanceof Error ? caught.message : String(caught);
      this.world.post({ kind: "unanswered", number, reason });
    }
  }

  private run(session: CellSession, stepsPerSecond: number | undefined): void {
    const runs = this.pace !== undefined;
    if (!runs) session.beginRun();
    this.pace = session.isOver ? undefined : new Pace(stepsPerSecond, this.world.milliseconds());
    if (this.pace) this.sliceSoon(0);
  }

  private sliceSoon(milliseconds: number): void {
    if (!this.waiting) this.world.soon(milliseconds);
    this.waiting = true;
  }

  private stop(): void {
    this.pace = undefined;
    this.session?.pause();
  }

  /** A program with mistakes leaves the machine that was there before. */
  private async open(
    number: number,
    load: Load,
    resume: Position | undefined,
    prepared: Prepared,
  ): Promise<void> {
    this.stop();
    if (prepared.kind === "answer") return this.openAnswer(number, prepared.answer(load));
    const opened = openSession(load);
    if ("problems" in opened) return this.checked(number, opened.problems);
    this.answer = undefined;
    this.session = "session" in opened ? opened.session : undefined;
    this.inputsPosted = 0;
    this.start = this.session?.state().timeline?.start ?? 0;
    if (resume) {
      // What a run needs is known only now that the machine is there.
      await prepareRun();
      this.resume(resume);
    }
    this.checked(number, "session" in opened ? (opened.warnings ?? []) : []);
    if ("refused" in opened)
      this.post({ ...emptyState(), outcome: { kind: "refused", problem: opened.refused } });
    else this.postState();
  }

  private resume({ inputs, time }: Position): void {
    for (const one of inputs) {
      this.session?.seek(one.time + this.start);
      this.session?.accept(one.input);
    }
    this.session?.seek(time + this.start);
  }

  private openAnswer(
    number: number,
    { state, problems }: { readonly state: MachineState; readonly problems: readonly Problem[] },
  ): void {
    this.session = undefined;
    this.answer = state;
    this.checked(number, problems);
    this.post(state);
  }

  private checked(number: number, problems: readonly Problem[]): void {
    this.world.post({ kind: "checked", number, problems });
  }

  private postState(): void {
    const { session } = this;
    if (!session) return;
    if (session.inputs.length !== this.inputsPosted) this.postInputs(session);
    this.post(session.state());
  }

  private postInputs({ inputs }: CellSession): void {
    this.inputsPosted = inputs.length;
    const sinceStart = inputs.map(({ time, input }) => ({ time: time - this.start, input }));
    this.world.post({ kind: "inputs", inputs: sinceStart });
  }

  private post(state: MachineState): void {
    this.lastPosted = this.world.milliseconds();
    this.world.post({ kind: "state", state, after: this.obeyed });
  }
}
