/**
 * The frame of WebAssembly modules, as far as they are made here: types, imports, functions, exports, code.
 * Source: WebAssembly Core Specification §5.5 (modules).
 */
import { CodeBuffer } from "./code-buffer.js";
import { IMPORT } from "./engine-cells.js";
import { TYPE } from "./opcodes.js";
import { X87_TYPES } from "./x87-function-numbers.js";

const SECTION = { TYPE: 1, IMPORT: 2, FUNCTION: 3, EXPORT: 7, CODE: 10 } as const;
const FUNCTION_TYPE = 0x60;
const KIND = { FUNCTION: 0, TABLE: 1, MEMORY: 2 } as const;
const FUNCTION_REFERENCE = 0x70;
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const { I32, I64 } = TYPE;
/** Parameters of each type of function; all return i32. */
export const TYPES: readonly (readonly number[])[] = [
  [I32, I32],
  [I64, I32],
  [I32, I32, I64, I64, I64],
  [I32, I32, I32],
  [I32, I64, I64, I32, I32],
];

/** The type of a region's function, and of what enters them. */
export const REGION_TYPE = 0;
export const ENTER_TYPE = 3;
/** Types of the functions by which generated code asks for something, in the order of `IMPORT`; of x87, behind them. */
export const SERVICE_TYPES: readonly number[] = [1, 1, 0, 0, 2];
/** Of those among them that are written in TypeScript. */
export const HOST_TYPES: readonly number[] = SERVICE_TYPES.slice(0, IMPORT.SETTLE_FLAGS);
export const FUNCTION_TYPES: readonly number[] = [...SERVICE_TYPES, ...X87_TYPES];

export interface ModuleContents {
  /** Types of the imported functions: `e.f0`, `e.f1` …. The memory is `e.m`. */
  readonly imported: readonly number[];
  /** Whether a table `e.t` of functions is imported. */
  readonly table: boolean;
  /** Types of the module's own functions, numbered behind the imported ones. */
  readonly functions: readonly number[];
  /** Numbers of the functions that are exported, by name. */
  readonly exported: Readonly<Record<string, number>>;
}

/** Everything before the code. */
export function moduleHead({ imported, table, functions, exported }: ModuleContents): CodeBuffer {
  const types = list(TYPES, (parameters, buffer) => {
    buffer.byte(FUNCTION_TYPE).unsigned(parameters.length);
    for (const parameter of parameters) buffer.byte(parameter);
    buffer.unsigned(1).byte(I32);
  });
  const imports = new CodeBuffer().unsigned(imported.length + (table ? 2 : 1));
  for (const [n, type] of imported.entries()) {
    imports.name("e").name(`f${n}`).byte(KIND.FUNCTION).unsigned(type);
  }
  imports.name("e").name("m").byte(KIND.MEMORY).byte(0).unsigned(1);
  if (table) imports.name("e").name("t").byte(KIND.TABLE).byte(FUNCTION_REFERENCE).byte(0).unsigned(1);
  const exports = list(Object.entries(exported), ([name, number], buffer) => {
    buffer.name(name).byte(KIND.FUNCTION).unsigned(number);
  });
  const buffer = new CodeBuffer();
  for (const byte of MAGIC) buffer.byte(byte);
  section(buffer, SECTION.TYPE, types);
  section(buffer, SECTION.IMPORT, imports);
  section(
    buffer,
    SECTION.FUNCTION,
    list(functions, (type, one) => one.unsigned(type)),
  );
  section(buffer, SECTION.EXPORT, exports);
  return buffer;
}

/** A whole module: its head, and the functions' locals and code. */
export function wholeModule(head: CodeBuffer, bodies: readonly CodeBuffer[]): Uint8Array<ArrayBuffer> {
  const code = list(bodies, (body, buffer) => buffer.unsigned(body.length).append(body));
  const whole = new CodeBuffer().append(head);
  section(whole, SECTION.CODE, code);
  return whole.contents;
}

function section(buffer: CodeBuffer, number: number, contents: CodeBuffer): void {
  buffer.byte(number).unsigned(contents.length).append(contents);
}

function list<Entry>(
  entries: readonly Entry[],
  write: (entry: Entry, buffer: CodeBuffer) => void,
): CodeBuffer {
  const buffer = new CodeBuffer().unsigned(entries.length);
  for (const entry of entries) write(entry, buffer);
  return buffer;
}
