/**
 * `youcpu boot`: switches the PC on with a disk in it; what COM1 sends is printed. Leaves out: input, a screen, and keeping
 * what the guest writes to the disk.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { powerOn } from "../firmware/power-on.js";
import { BOOT_SECTOR } from "../firmware/rom-source.js";
import { Machine } from "../machine/machine.js";
import { assemble } from "../toolchain/assembler/assemble.js";
import { PROCESS_STREAMS, type Streams } from "./streams.js";

const HELP = `youcpu boot – switches the PC on, from reset on

  youcpu boot [options] DISK            an image of a disk, whose first sector ends with 55 AA
  youcpu boot [options] SECTOR.asm      a source, assembled to run at 7C00h

  --steps N      end after so many steps (default 100000000)

  What the guest sends over COM1 is printed. It is over when the processor halts for good.
  Exit code: 0 after HLT, 1 after a triple fault or at the end of the steps, 2 for wrong use.
`;

const RAM = 16 << 20;
const STEPS = 100_000_000;
const SECTOR = 512;

/** Runs the command; returns the exit code. */
export function bootCommand(words: readonly string[], streams: Streams = PROCESS_STREAMS): number {
  const fail = (code: number, message: string): number => {
    streams.error(`youcpu boot: ${message}\n`);
    return code;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return fail(2, error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    streams.out(HELP);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) return fail(2, "one DISK or SECTOR.asm is needed");
  const steps = Number(values.steps ?? STEPS);
  if (!Number.isSafeInteger(steps) || steps < 1)
    return fail(2, `--steps ${values.steps}: a number is needed`);
  const disk = diskOf(file);
  if (typeof disk === "string") return fail(1, disk);
  return run(disk, steps, streams, fail);
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { steps: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
}

/** The disk's bytes, in whole sectors, or why there are none. */
function diskOf(file: string): Uint8Array | string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (/\.(asm|s)$/i.test(file)) {
    const result = assemble(new TextDecoder().decode(bytes), { base: BigInt(BOOT_SECTOR) });
    if (!result.ok) {
      const problem = result.errors[0];
      return `${file}:${problem?.line}:${problem?.column}: ${problem?.reason} (${problem?.nextStep})`;
    }
    bytes = result.sections[0]?.bytes ?? new Uint8Array();
  }
  const whole = new Uint8Array(Math.max(1, Math.ceil(bytes.length / SECTOR)) * SECTOR);
  whole.set(bytes);
  return whole;
}

function run(
  disk: Uint8Array,
  steps: number,
  streams: Streams,
  fail: (code: number, message: string) => number,
): number {
  const machine = Machine.create({ ram: RAM, disk });
  let line = "";
  const flush = (): void => {
    streams.out(line);
    line = "";
  };
  machine.serialPort.output = (byte) => {
    line += String.fromCharCode(byte);
    if (byte === 0x0a) flush();
  };
  powerOn(machine);
  const { reason } = machine.run(steps);
  flush();
  if (reason === "halted") return 0;
  if (reason === "shutdown") return fail(1, `${machine.cpu.shutDownReason} at t = ${machine.time}`);
  return fail(
    1,
    `it still ran after ${steps} steps, at ${machine.cpu.linearRip.toString(16)}h: give more with --steps`,
  );
}
