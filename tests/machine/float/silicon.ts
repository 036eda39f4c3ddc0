/**
 * The real processor as an oracle: executes single x87 and SSE instructions by `one-instruction.c`, in batches.
 * Without gcc there is no oracle: tests are skipped with the reason, except in CI, where that is a failure.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Everything that the instruction may see and change. ST(i) are 80-bit patterns, `tags` two bits a physical register. */
export interface Moment {
  instruction: readonly number[];
  control: number;
  status: number;
  tags: number;
  st: readonly bigint[];
  xmm: readonly [bigint, bigint];
  mxcsr: number;
  memory: Uint8Array;
  rax: bigint;
  flags: bigint;
}

/** Bytes at RDI. */
export const MEMORY = 128;

const RECORD = 320;

/** What a moment is when nothing is said: all exceptions masked, all registers empty. */
export const PLAIN: Moment = {
  ...{ instruction: [0x90], control: 0x37f, status: 0, tags: 0xffff, st: new Array<bigint>(8).fill(0n) },
  ...{ xmm: [0n, 0n], mxcsr: 0x1f80, memory: new Uint8Array(MEMORY), rax: 0n, flags: 0x202n },
};

const AT = { x87: 16, xmm: 128, memory: 160, rax: 288, flags: 296, mxcsr: 304 } as const;

export type Silicon = (moments: readonly Moment[]) => Moment[];

/** The oracle, or why there is none. */
export function findSilicon(): Silicon | string {
  const folder = mkdtempSync(join(tmpdir(), "one-instruction-"));
  const program = join(folder, "one-instruction");
  const source = fileURLToPath(new URL("one-instruction.c", import.meta.url));
  const gcc = spawnSync("gcc", ["-O1", "-mno-red-zone", "-o", program, source], { encoding: "utf8" });
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  if (process.arch !== "x64") return missing(`the host is ${process.arch}, not x64`);
  if (gcc.status !== 0) return missing(`gcc does not work here: ${gcc.error?.message ?? gcc.stderr}`);
  return (moments) => {
    const input = Buffer.alloc(RECORD * moments.length);
    moments.forEach((moment, n) => encode(moment, input.subarray(n * RECORD)));
    const { stdout, signal } = spawnSync(program, { input, maxBuffer: 2 * input.length + 1024 });
    if (stdout.length !== input.length)
      throw new Error(`the oracle ended early (${signal}) after ${stdout.length / RECORD}`);
    return moments.map((moment, n) => decode(moment, stdout.subarray(n * RECORD)));
  };
}

function missing(reason: string): string {
  if (process.env["CI"] === "true") throw new Error(`the real processor must be asked in CI: ${reason}`);
  console.log(`skipped: ${reason}`);
  return reason;
}

function encode(moment: Moment, to: Buffer): void {
  to.set(moment.instruction.length < 16 ? [...moment.instruction, 0xc3] : moment.instruction, 0);
  to.writeUInt16LE(moment.control, AT.x87);
  to.writeUInt16LE(moment.status, AT.x87 + 4);
  to.writeUInt16LE(moment.tags, AT.x87 + 8);
  moment.st.forEach((value, n) => writeWide(to, AT.x87 + 28 + 10 * n, value, 10));
  moment.xmm.forEach((value, n) => writeWide(to, AT.xmm + 16 * n, value, 16));
  to.set(moment.memory, AT.memory);
  to.writeBigUInt64LE(moment.rax, AT.rax);
  to.writeBigUInt64LE(moment.flags, AT.flags);
  to.writeUInt32LE(moment.mxcsr, AT.mxcsr);
}

function decode(before: Moment, from: Buffer): Moment {
  return {
    instruction: before.instruction,
    control: from.readUInt16LE(AT.x87),
    status: from.readUInt16LE(AT.x87 + 4),
    tags: from.readUInt16LE(AT.x87 + 8),
    st: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => readWide(from, AT.x87 + 28 + 10 * n, 10)),
    xmm: [readWide(from, AT.xmm, 16), readWide(from, AT.xmm + 16, 16)],
    memory: Uint8Array.from(from.subarray(AT.memory, AT.memory + MEMORY)),
    rax: from.readBigUInt64LE(AT.rax),
    flags: from.readBigUInt64LE(AT.flags),
    mxcsr: from.readUInt32LE(AT.mxcsr),
  };
}

function writeWide(to: Buffer, at: number, value: bigint, bytes: number): void {
  for (let n = 0; n < bytes; n++) to[at + n] = Number((value >> BigInt(8 * n)) & 0xffn);
}

function readWide(from: Buffer, at: number, bytes: number): bigint {
  let value = 0n;
  for (let n = bytes - 1; n >= 0; n--) value = (value << 8n) | BigInt(from[at + n]!);
  return value;
}
