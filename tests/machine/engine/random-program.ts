/**
 * Random programs for comparing engines: recorded instructions in blocks with conditional branches, calls and a loop
 * around all of them. Before an instruction with a memory operand its address registers get the values that they had when
 * it was recorded, so that most accesses reach the data area.
 */
import { fileURLToPath } from "node:url";
import { decode } from "../../../src/machine/isa/decoder.js";
import { NONE } from "../../../src/machine/isa/insn.js";
import { readVectors, type Vector } from "../../silicon/vector-file.js";

/** Pseudo-random whole numbers below a limit, the same in every run. */
export type Numbers = (below: number) => number;

export function numbers(seed: number): Numbers {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A recorded instruction with the address registers that it needs. */
export interface Piece {
  readonly bytes: readonly number[];
  readonly addresses: readonly [register: number, value: bigint][];
  readonly code: string;
}

/** What a program is made of, and how each block was made, for a message. */
export interface RandomProgram {
  readonly bytes: Uint8Array;
  readonly listing: string;
}

/** Where the loop counter lies: behind the recorder's data area. */
export const COUNTER = 0x20003000;

/** Where the stack begins, above the counter. */
const STACK = 0x20003ff0n;

/** Recorded instructions that neither branch nor belong to the system; faults of their own are welcome. */
export function pieces(): Piece[] {
  const all = readVectors(fileURLToPath(new URL("../../silicon/vectors.jsonl.gz", import.meta.url)));
  return all.flatMap((vector) => pieceOf(vector) ?? []);
}

function pieceOf(vector: Vector): Piece | undefined {
  const bytes = [...Buffer.from(vector.hex, "hex")];
  const insn = decode(Uint8Array.from(bytes), 0);
  if (typeof insn === "string" || vector.fault) return undefined;
  if (/^(j|call|ret|loop|enter|leave|push|pop|hlt|syscall)/.test(insn.mnemonic) || insn.base === -2)
    return undefined;
  const registers = [insn.base, insn.index].filter((register) => register !== NONE);
  if (insn.form.repeatable) registers.push(6, 7);
  // The recorded values of a repeated instruction's count are small.
  if (insn.repeat !== 0) registers.push(1);
  const addresses = registers.map((register): [number, bigint] => [
    register,
    vector.before.general[register]!,
  ]);
  return { bytes, addresses, code: vector.code };
}

/** `mov register, value`. */
function load(register: number, value: bigint): number[] {
  const bytes = Array.from({ length: 8 }, (_, n) => Number((value >> BigInt(8 * n)) & 0xffn));
  return [register < 8 ? 0x48 : 0x49, 0xb8 + (register & 7), ...bytes];
}

const rel32 = (distance: number): number[] =>
  Array.from({ length: 4 }, (_, n) => (distance >> (8 * n)) & 0xff);

/** Blocks one after the other, a routine that some of them call, and a loop over the blocks that counts `COUNTER` down. */
export function randomProgram(next: Numbers, choices: readonly Piece[]): RandomProgram {
  const listing: string[] = [];
  const piece = (): number[] => {
    const chosen = choices[next(choices.length)]!;
    listing.push(`${chosen.code} ${Buffer.from(chosen.bytes).toString("hex")}`);
    return [...chosen.addresses.flatMap(([register, value]) => load(register, value)), ...chosen.bytes];
  };
  const some = (count: number): number[] => Array.from({ length: count }, piece).flat();
  listing.push("routine:");
  const routine = [...some(1 + next(3)), 0xc3];
  // jmp over the routine
  const code = [0xeb, routine.length, ...routine];
  if (routine.length > 127) code.splice(0, 2, 0xe9, ...rel32(routine.length));
  const routineAt = code.length - routine.length;
  const loopAt = code.length;
  code.push(...load(4, STACK));
  for (let n = 2 + next(4); n > 0; n--) {
    listing.push("block:");
    code.push(...some(1 + next(4)));
    const kind = next(4);
    const skipped = some(1 + next(2));
    if (kind === 0) code.push(0xe8, ...rel32(routineAt - code.length - 5));
    else if (kind === 1) code.push(0x0f, 0x80 + next(16), ...rel32(skipped.length), ...skipped);
    else if (kind === 2) code.push(0x0f, 0x90 + next(16), 0xc0 + next(4), ...skipped);
  }
  // dec dword ptr [COUNTER]; jne loop; int3
  code.push(0xff, 0x0c, 0x25, ...rel32(COUNTER));
  code.push(0x0f, 0x85, ...rel32(loopAt - code.length - 6), 0xcc);
  return { bytes: Uint8Array.from(code), listing: listing.join("\n") };
}
