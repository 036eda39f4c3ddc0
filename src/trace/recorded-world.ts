/** A world together with the log of its events, as one thing that a timeline moves. */
import type { MemorySnapshot } from "../machine/memory/memory-snapshot.js";
import { PAGE_SIZE } from "../machine/memory/physical-memory.js";
import type { Replayable } from "../machine/time/timeline.js";
import type { EventLog, LogCursor } from "./event-log.js";
import type { WorldInput } from "./input.js";
import { inputEvent } from "./input-words.js";
import type { GraphMoment } from "./memento/memento.js";
import type { ValueHit, ValueWatches } from "./value-watch.js";
import type { World, WorldStop } from "./world.js";

export interface RecordedMoment {
  readonly world: unknown;
  readonly log: LogCursor;
}

/** Why a run of it ended. */
export type RecordedStop = WorldStop | ValueHit;

export class RecordedWorld implements Replayable<RecordedMoment, WorldInput, RecordedStop> {
  /** While it is set, an input at which `World.stopAt` says so ends a run, as other events do. */
  stopsAtInputs = false;
  /** What is done now is done by an input. */
  accepting = false;
  private stopped = false;

  constructor(
    private readonly world: World,
    private readonly log: EventLog,
    private readonly values: ValueWatches,
  ) {
    world.tell = (event) => log.enter(event);
  }

  get time(): number {
    return this.world.time;
  }

  run(limit: number): RecordedStop {
    const { world, values } = this;
    return this.takeStop() ?? (values.isEmpty ? world.run(limit) : values.run(world, limit));
  }

  /** An input asked for the end of the run, which may have come by itself. */
  takeStop(): WorldStop | undefined {
    const { stopped } = this;
    this.stopped = false;
    return stopped ? { reason: "event" } : undefined;
  }

  replay(limit: number): WorldStop {
    return this.world.replay(limit);
  }

  snapshot(): RecordedMoment {
    return { world: this.world.snapshot(), log: this.log.cursor() };
  }

  restore(moment: RecordedMoment): void {
    this.log.goTo(moment.log);
    this.world.restore(moment.world);
  }

  accept(input: WorldInput): void {
    const event = inputEvent(input, this.time);
    this.log.enter(event);
    this.accepting = true;
    this.world.accept(input);
    this.accepting = false;
    this.stopped = this.stopsAtInputs && (this.world.stopAt?.(event) ?? false);
  }
}

/** What everything but memory and the objects of a kernel takes, roughly; and what one object does. */
const REST = 64 << 10;
const OBJECT = 24;

/** For the timeline: what a moment holds that an earlier one does not. */
export function weighMoment(moment: RecordedMoment, before: RecordedMoment): number {
  const now = memoryOf(moment);
  const then = memoryOf(before);
  const pages = now && then ? now.pagesUnlike(then).length * PAGE_SIZE : 0;
  return REST + pages + OBJECT * objectsIn(moment);
}

/** How many objects a moment of a world with a kernel knows. */
function objectsIn({ world }: RecordedMoment): number {
  return (world as { objects?: GraphMoment } | undefined)?.objects?.slots.length ?? 0;
}

/** The memory in a moment of a world with a machine. */
function memoryOf({ world }: RecordedMoment): MemorySnapshot | undefined {
  return (world as { machine?: { memory?: MemorySnapshot } } | undefined)?.machine?.memory;
}
