/** The locals in which a function keeps registers, and how they come from memory and go back. */
import { LINEAR } from "../memory/linear-memory.js";
import type { CodeBuffer } from "./code-buffer.js";
import { CELL } from "./engine-cells.js";
import type { InstructionTranslation } from "./instruction-translation.js";
import { CONTROL, MEMORY, OP } from "./opcodes.js";

/** A register's local, how it is read and written, and where it is kept outside. */
export type Home = [home: number, opcodes: Opcodes, at: number];

interface Opcodes {
  readonly load: number;
  readonly store: number;
}

const WIDE: Opcodes = { load: MEMORY.I64_LOAD, store: MEMORY.I64_STORE };
const NARROW: Opcodes = { load: MEMORY.I32_LOAD, store: MEMORY.I32_STORE };
const VECTOR: Opcodes = { load: MEMORY.V128_LOAD, store: MEMORY.V128_STORE };

/** Every home that the function uses. Complete only when all of the function is written. */
export function homesOf(translation: InstructionTranslation): Home[] {
  return registerHomes(translation, () => true).concat(translation.flagsUsed ? flagHomesOf(translation) : []);
}

/** Those that may have changed. */
export function changedHomesOf(translation: InstructionTranslation): Home[] {
  return registerHomes(translation, (bindings, n) => bindings.written.has(n)).concat(
    translation.flagsWritten ? flagHomesOf(translation) : [],
  );
}

function registerHomes(
  { general, vectors }: InstructionTranslation,
  wanted: (bindings: InstructionTranslation["general"], register: number) => boolean,
): Home[] {
  const all: Home[] = [];
  general.homes.forEach((home, n) => {
    if (home >= 0 && wanted(general, n)) all.push([home, WIDE, LINEAR.GENERAL + 8 * n]);
  });
  vectors.homes.forEach((home, n) => {
    if (home >= 0 && wanted(vectors, n)) all.push([home, VECTOR, LINEAR.VECTORS + 16 * n]);
  });
  return all;
}

export function flagHomesOf({ flagHomes }: InstructionTranslation): Home[] {
  const values = [flagHomes.a, flagHomes.b, flagHomes.result];
  return [
    ...values.map((home, n): Home => [home, WIDE, LINEAR.FLAG_VALUES + 8 * n]),
    [flagHomes.bits, NARROW, CELL.FLAG_BITS],
    [flagHomes.rule, NARROW, CELL.FLAG_RULE],
  ];
}

/** Homes from memory. */
export function readHomes(code: CodeBuffer, homes: readonly Home[]): void {
  for (const [home, opcodes, at] of homes) {
    code.byte(OP.I32_CONST).signed(0);
    code.opcode(opcodes.load).unsigned(0).unsigned(at);
    code.byte(CONTROL.LOCAL_SET).unsigned(home);
  }
}

/** Homes to memory. */
export function writeHomes(code: CodeBuffer, homes: readonly Home[]): void {
  for (const [home, opcodes, at] of homes) {
    code.byte(OP.I32_CONST).signed(0);
    code.byte(CONTROL.LOCAL_GET).unsigned(home);
    code.opcode(opcodes.store).unsigned(0).unsigned(at);
  }
}
