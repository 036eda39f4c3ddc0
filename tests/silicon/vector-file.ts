/** The format of recorded instructions (README.md in this folder), read into values. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Registers before an instruction; numbers as in the file, general registers in the order of encoding. */
export interface RecordedState {
  general: bigint[];
  flags: number;
  /** xmm0..15 as 128-bit numbers. */
  xmm: bigint[];
  /** ST(0)..ST(7) as 80-bit numbers. */
  st: bigint[];
  mxcsr: number;
  control: number;
  /** Status word with TOP. */
  status: number;
  /** Bit n: physical register n is in use. */
  tags: number;
}

export interface RecordedFault {
  vector: number;
  errorCode: number | undefined;
  address: bigint | undefined;
}

/** One recorded instruction. */
export interface Vector {
  /** Name of the form, for example "Adc_AL_imm8". */
  code: string;
  hex: string;
  before: RecordedState;
  after: RecordedState;
  /** RIP afterwards; undefined when it faulted. */
  rip: bigint | undefined;
  fault: RecordedFault | undefined;
  /** Bytes of data memory that changed, by offset. */
  memory: [offset: number, bytes: Uint8Array][];
  undefinedFlags: number;
}

interface StateLine {
  g: string[];
  fl: number;
  x: string[];
  s: string[];
  mxcsr: number;
  cw: number;
  sw: number;
  tw: number;
}

type Outcome = 0 | string | { f: number; e?: number; a?: string };
type Changes = Record<string, string | number> & { m?: [number, string][] };
type VectorLine = [string, number, Outcome, Changes, number?];

export const NAMES = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"].concat(
  [8, 9, 10, 11, 12, 13, 14, 15].map((n) => `r${n}`),
);

/** Where the instruction lies. */
export const AT = 0x10000800n;

/** All vectors of a file, `.jsonl` or gzipped. */
export function readVectors(path: string): Vector[] {
  const raw = readFileSync(path);
  const text = (raw[0] === 0x1f ? gunzipSync(raw) : raw).toString("utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  const header = JSON.parse(lines[0] ?? "null") as { states: StateLine[] };
  const states = header.states.map(readState);
  const vectors: Vector[] = [];
  let code = "";
  for (const line of lines.slice(1)) {
    const value = JSON.parse(line) as string | VectorLine;
    if (typeof value === "string") code = value;
    else vectors.push(readVector(code, value, states));
  }
  return vectors;
}

const hex = (digits: string): bigint => BigInt(`0x${digits}`);

function readState(line: StateLine): RecordedState {
  return {
    general: line.g.map(hex),
    flags: line.fl,
    xmm: line.x.map(hex),
    st: line.s.map(hex),
    mxcsr: line.mxcsr,
    control: line.cw,
    status: line.sw,
    tags: line.tw,
  };
}

function readVector(
  code: string,
  [bytes, index, outcome, changed, undefinedFlags = 0]: VectorLine,
  states: RecordedState[],
): Vector {
  const before = states[index]!;
  const fault = typeof outcome === "object" ? outcome : undefined;
  return {
    code,
    hex: bytes,
    before,
    after: applyChanges(before, changed),
    rip: fault ? undefined : outcome === 0 ? AT + BigInt(bytes.length / 2) : hex(outcome as string),
    fault: fault && {
      vector: fault.f,
      errorCode: fault.e,
      address: fault.a === undefined ? undefined : hex(fault.a),
    },
    memory: (changed.m ?? []).map(([offset, digits]) => [offset, Buffer.from(digits, "hex")]),
    undefinedFlags,
  };
}

function applyChanges(before: RecordedState, changed: Changes): RecordedState {
  const number = (key: string, old: number) => (changed[key] === undefined ? old : Number(changed[key]));
  const wide = (key: string, old: bigint) => (changed[key] === undefined ? old : hex(String(changed[key])));
  return {
    general: before.general.map((old, n) => wide(NAMES[n]!, old)),
    flags: number("fl", before.flags),
    xmm: before.xmm.map((old, n) => wide(`x${n}`, old)),
    st: before.st.map((old, n) => wide(`s${n}`, old)),
    mxcsr: number("mxcsr", before.mxcsr),
    control: number("cw", before.control),
    status: number("sw", before.status),
    tags: number("tw", before.tags),
  };
}
