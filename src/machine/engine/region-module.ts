/**
 * A WebAssembly module with the function of one region, and its instance. Synchronous: where the host refuses (no
 * WebAssembly, a content security policy, a main thread's size limit) there is no function and the evaluator serves.
 * Source: WebAssembly Core Specification §5.5 (modules).
 */
import { CodeBuffer } from "./code-buffer.js";
import { TYPE } from "./opcodes.js";
import { X87_TYPES } from "./x87-function-numbers.js";
import { X87_BODIES } from "./x87-functions.js";

/** `(block, budget) → budget left`. */
export type RegionFunction = (block: number, budget: number) => number;

/** What every module imports; functions in the order of `IMPORT`. */
export interface RegionImports {
  readonly memory: object;
  readonly functions: readonly ((...parameters: never[]) => number)[];
}

declare const WebAssembly:
  | {
      Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
      Instance: new (module: object, imports: unknown) => { readonly exports: Record<string, unknown> };
    }
  | undefined;

const SECTION = { TYPE: 1, IMPORT: 2, FUNCTION: 3, EXPORT: 7, CODE: 10 } as const;
const FUNCTION_TYPE = 0x60;
const KIND = { FUNCTION: 0, MEMORY: 2 } as const;
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

const { I32, I64 } = TYPE;
/** Parameters of each type of function; all return i32. */
const TYPES = [
  [I32, I32],
  [I64, I32],
  [I32, I32, I64, I64, I64],
  [I32, I32, I32],
  [I32, I64, I64, I32, I32],
];
/** Types of the imported functions. */
const IMPORTED_TYPES = [1, 1, 2, 0];

/** Everything of a module before its code, the same for all without and with x87. */
const HEADS = { plain: head([]), x87: head(X87_TYPES) } as const;

/** Compiles the function whose locals and code are given; undefined when the host refuses. */
export function instantiate(
  code: CodeBuffer,
  x87: boolean,
  imports: RegionImports,
): RegionFunction | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const bodies = x87 ? [code, ...X87_BODIES] : [code];
  const entry = new CodeBuffer().unsigned(bodies.length);
  for (const body of bodies) entry.unsigned(body.length).append(body);
  const whole = new CodeBuffer()
    .append(x87 ? HEADS.x87 : HEADS.plain)
    .byte(SECTION.CODE)
    .unsigned(entry.length)
    .append(entry);
  const named = Object.fromEntries(imports.functions.map((one, n) => [`f${n}`, one]));
  try {
    const module = new WebAssembly.Module(whole.contents);
    const instance = new WebAssembly.Instance(module, { e: { m: imports.memory, ...named } });
    return instance.exports["r"] as RegionFunction;
  } catch (caught) {
    if (isRefusal(caught)) return undefined;
    throw caught;
  }
}

/** The host does not let code be generated; anything else would be a mistake of ours in the module. */
function isRefusal(caught: unknown): boolean {
  return (
    caught instanceof Error &&
    /unsafe-eval|Content Security Policy|disallowed|larger than/i.test(caught.message)
  );
}

/** @param more types of the functions behind the region's */
function head(more: readonly number[]): CodeBuffer {
  const buffer = new CodeBuffer();
  for (const byte of MAGIC) buffer.byte(byte);
  const types = new CodeBuffer().unsigned(TYPES.length);
  for (const parameters of TYPES) {
    types.byte(FUNCTION_TYPE).unsigned(parameters.length);
    for (const parameter of parameters) types.byte(parameter);
    types.unsigned(1).byte(I32);
  }
  const imports = new CodeBuffer().unsigned(IMPORTED_TYPES.length + 1);
  IMPORTED_TYPES.forEach((type, n) => imports.name("e").name(`f${n}`).byte(KIND.FUNCTION).unsigned(type));
  imports.name("e").name("m").byte(KIND.MEMORY).byte(0).unsigned(1);
  const functions = new CodeBuffer().unsigned(1 + more.length).unsigned(0);
  for (const type of more) functions.unsigned(type);
  const exports = new CodeBuffer().unsigned(1).name("r").byte(KIND.FUNCTION).unsigned(IMPORTED_TYPES.length);
  for (const [section, contents] of [
    [SECTION.TYPE, types],
    [SECTION.IMPORT, imports],
    [SECTION.FUNCTION, functions],
    [SECTION.EXPORT, exports],
  ] as const) {
    buffer.byte(section).unsigned(contents.length).append(contents);
  }
  return buffer;
}
