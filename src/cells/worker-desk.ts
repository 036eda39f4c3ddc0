/**
 * What a worker does with each message. Long runs are cut into slices, between which messages are heard, so that
 * `stop` always works; states are posted at most twenty times a second while running.
 */
import type { MachineState, Problem } from "../views/machine-state.js";
import { emptyState } from "./empty-state.js";
import type { FromWorker, Load, ToWorker } from "./protocol.js";
import { recode } from "./recode.js";
import type { Prepared, ReadFile } from "./scenarios/scenario.js";
import { Session } from "./session.js";
import { prepareRun, prepareScenario } from "./stage/make-stage.js";

/** The world around the desk; tests bring their own. */
export interface DeskWorld {
  post(message: FromWorker): void;
  /** Calls `runSlice` once, after messages that wait. */
  soon(): void;
  milliseconds(): number;
  /** Files that the book brings along. */
  readonly readFile: ReadFile;
}

const SLICE_STEPS = 200_000;
const BETWEEN_STATES_MS = 50;

export class WorkerDesk {
  /** The whole answer of a scenario without time. */
  private answer: MachineState | undefined;
  private session: Session | undefined;
  private running = false;
  private heard: Promise<void> = Promise.resolve();
  private lastPosted = Number.NEGATIVE_INFINITY;

  constructor(private readonly world: DeskWorld) {}

  /** Obeys one message after the other. A mistake of ours is reported, and ends this worker's use. */
  hear(message: ToWorker): Promise<void> {
    this.heard = this.heard.then(async () => {
      try {
        if (message.kind === "load") {
          const { number, load } = message;
          this.open(number, load, await prepareScenario(load.scenario, this.world.readFile));
        } else {
          await prepareRun();
          this.obey(message);
        }
      } catch (caught) {
        this.broke(caught);
      }
    });
    return this.heard;
  }

  /** Goes on with the run, if one is under way. */
  runSlice(): void {
    try {
      if (!this.running || !this.session) return;
      this.running = this.session.slice(SLICE_STEPS);
      const now = this.world.milliseconds();
      if (!this.running || now - this.lastPosted >= BETWEEN_STATES_MS) this.postState();
      if (this.running) this.world.soon();
    } catch (caught) {
      this.broke(caught);
    }
  }

  private broke(caught: unknown): void {
    this.running = false;
    this.world.post({ kind: "broken", reason: caught instanceof Error ? caught.message : String(caught) });
  }

  private obey(message: Exclude<ToWorker, { kind: "load" }>): void {
    if (message.kind === "recode")
      return this.world.post({ kind: "recoded", line: message.line, text: recode(message.bytes) });
    const { session } = this;
    if (!session) return this.answer && this.post(this.answer);
    switch (message.kind) {
      case "step":
        this.stop();
        session.step(message.count);
        break;
      case "back":
        this.stop();
        session.back();
        break;
      case "run":
        session.beginRun();
        if (!this.running && !session.isOver) this.world.soon();
        this.running = !session.isOver;
        break;
      case "stop":
        this.stop();
        break;
      case "write-memory":
        session.writeMemory(message.address, message.bytes);
        break;
      case "write-register":
        session.writeRegister(message.name, message.value);
        break;
    }
    this.postState();
  }

  private stop(): void {
    this.running = false;
    this.session?.pause();
  }

  /** A program with mistakes leaves the machine that was there before. */
  private open(number: number, load: Load, prepared: Prepared): void {
    this.stop();
    if (prepared.kind === "answer") return this.openAnswer(number, prepared.answer(load));
    const opened = Session.open(load);
    if ("problems" in opened) return this.checked(number, opened.problems);
    this.answer = undefined;
    this.session = "session" in opened ? opened.session : undefined;
    this.checked(number, []);
    if ("refused" in opened)
      this.post({ ...emptyState(), outcome: { kind: "refused", problem: opened.refused } });
    else this.postState();
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
    if (this.session) this.post(this.session.state());
  }

  private post(state: MachineState): void {
    this.lastPosted = this.world.milliseconds();
    this.world.post({ kind: "state", state });
  }
}
