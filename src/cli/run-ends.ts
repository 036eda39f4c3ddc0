/** What a guest is connected with while it runs: streams of bytes, or the terminal before which somebody sits. */
import type { Terminal } from "../kernel/fs/terminal.js";
import type { Kernel } from "../kernel/kernel.js";
import type { StandardStreams } from "../kernel/spawn.js";
import { readHostInput, writeHost } from "./host-streams.js";
import { HostTerminal } from "./host-terminal.js";
import { nothingCanWake } from "./sleepers.js";

export interface Ends {
  /** Why nobody waits any longer. */
  nothingMore(): string;
  /** Somebody does not want to go on. */
  readonly isLeft: boolean;
  /** Moves what has come out or gone in meanwhile; false when that was nothing. */
  exchange(): boolean;
  /**
   * Everybody in the guest sleeps: waits with it. False when nothing can come any more.
   * @param onlyForInput no process wakes by itself
   */
  wait(onlyForInput: boolean): boolean;
  release(): void;
}

/** The host's standard streams. Time of the guest in which nobody does anything takes none of the host's. */
export class StreamEnds implements Ends {
  readonly isLeft = false;
  private isOpen = true;

  constructor(
    private readonly kernel: Kernel,
    private readonly streams: StandardStreams,
  ) {}

  nothingMore(): string {
    return nothingCanWake(this.kernel);
  }

  exchange(): boolean {
    const pieces = this.streams.output.drain();
    for (const { stream, bytes } of pieces) writeHost(stream === "standard error" ? 2 : 1, bytes);
    return pieces.length > 0;
  }

  wait(onlyForInput: boolean): boolean {
    if (!onlyForInput) return true;
    if (!this.isOpen) return false;
    const bytes = readHostInput();
    if (bytes) this.streams.input.feed(bytes);
    else this.streams.input.endInput();
    this.isOpen = bytes !== undefined;
    return true;
  }

  release(): void {}
}

/** So often somebody looks at the window's size. */
const LONGEST_WAIT_MS = 500;

/** A terminal, and a person before it: who sleeps there for a second sleeps for one of the host's, too. */
export class TerminalEnds implements Ends {
  private readonly host: HostTerminal;
  /** Milliseconds of the host's time that were waited for the guest's, counted from its `idled` at the start on. */
  private waited: number;

  constructor(
    private readonly kernel: Kernel,
    terminal: Terminal,
  ) {
    this.host = new HostTerminal(terminal);
    this.waited = this.idled();
  }

  nothingMore(): string {
    return "switched off at the keyboard";
  }

  get isLeft(): boolean {
    return this.host.isLeft;
  }

  exchange(): boolean {
    this.host.measure();
    return this.host.type();
  }

  wait(onlyForInput: boolean): boolean {
    const begin = performance.now();
    this.host.wait(onlyForInput ? LONGEST_WAIT_MS : Math.max(0, this.idled() - this.waited));
    if (!onlyForInput) this.waited += performance.now() - begin;
    return true;
  }

  /** Milliseconds of the guest's time in which it had nothing to do: from one interrupt to the next it is over at once. */
  private idled(): number {
    const { skipped, stepsPerSecond } = this.kernel.machine.clock;
    return (skipped / stepsPerSecond) * 1000;
  }

  release(): void {
    this.host.release();
  }
}
