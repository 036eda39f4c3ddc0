/**
 * The host's terminal as the guest's: each key goes to the guest as it is pressed, Ctrl-C too, and what the guest writes is shown.
 * Twice Ctrl-] switches the machine off.
 */
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readSync } from "node:fs";
import type { Terminal } from "../kernel/fs/terminal.js";
import { pause, writeHost } from "./host-streams.js";

const SWITCH_OFF = 0x1d;
/** How long one waits for a key before looking at the time again. */
const PATIENCE_MS = 5;

export class HostTerminal {
  private readonly keys: number;
  /** What the host's terminal was like before. */
  private readonly settings: string;
  private lastKey = 0;
  /** The user has asked for the machine to be switched off. */
  isLeft = false;

  /** Takes the keyboard; `release` gives it back. */
  constructor(private readonly terminal: Terminal) {
    // A descriptor of its own that does not wait: the other one may be shared with whoever comes after us.
    this.keys = openSync("/dev/tty", constants.O_RDONLY | constants.O_NONBLOCK);
    this.settings = stty("-g").trim();
    stty("raw", "-echo");
    terminal.screen = (bytes) => writeHost(1, bytes);
    this.measure();
  }

  /** The guest's window is as large as the host's. */
  measure(): void {
    // Node looks for itself only when its events have their turn, which they have not while a machine runs.
    const refresh: unknown = Reflect.get(process.stdout, "_refreshSize");
    if (typeof refresh === "function") refresh.call(process.stdout);
    const [columns, rows] = process.stdout.getWindowSize();
    this.terminal.resize(rows, columns);
  }

  /** Hands over what was typed; false when nothing was. */
  type(): boolean {
    const buffer = new Uint8Array(4096);
    const keys = buffer.subarray(0, this.read(buffer));
    for (const key of keys) {
      this.isLeft ||= key === SWITCH_OFF && this.lastKey === SWITCH_OFF;
      this.lastKey = key;
    }
    if (keys.length > 0) this.terminal.type(keys);
    return keys.length > 0;
  }

  private read(buffer: Uint8Array): number {
    try {
      return readSync(this.keys, buffer);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EAGAIN") return 0;
      // The host's terminal is gone.
      this.isLeft = true;
      return 0;
    }
  }

  /** Waits until something is typed, but at most so many milliseconds. */
  wait(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    for (;;) {
      this.measure();
      if (this.type() || this.isLeft) return;
      const left = end - performance.now();
      if (left <= 0) return;
      pause(Math.min(PATIENCE_MS, left));
    }
  }

  release(): void {
    stty(this.settings);
    closeSync(this.keys);
  }
}

/** Sets or tells what the terminal does with keys and text. Node's own raw mode leaves line feeds changed. */
function stty(...words: readonly string[]): string {
  return spawnSync("stty", words, { stdio: ["inherit", "pipe", "inherit"], encoding: "utf8" }).stdout ?? "";
}

/** Whether a person sits before the command. */
export function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}
