/**
 * Modules and instances: one that all share, made once, and one for the functions of a few regions each. Synchronous: where
 * the host refuses (no WebAssembly, a content security policy, a main thread's size limit) there is no function and
 * the evaluator serves.
 *
 * The shared module holds the x87 functions and that for lazy flags, passes on calls of the services that are written in TypeScript (so that
 * not every region needs a way of its own out of WebAssembly), and enters regions:
 *
 *     enter(region, block, budget)
 *       loop
 *         budget = table[region](block, budget)
 *         if no follower, or it is time that TypeScript sees who follows whom: return budget
 *         region, block = follower
 */
import type { CodeBuffer } from "./code-buffer.js";
import { CELL } from "./engine-cells.js";
import { FunctionBody } from "./function-body.js";
import {
  ENTER_TYPE,
  FUNCTION_TYPES,
  HOST_TYPES,
  moduleHead,
  REGION_TYPE,
  SERVICE_TYPES,
  TYPES,
  wholeModule,
} from "./module-format.js";
import { CONTROL, MEMORY, OP, TYPE } from "./opcodes.js";
import { settleFunction } from "./settle-function.js";
import { X87_BODIES } from "./x87-functions.js";

/** Functions in TypeScript that generated code calls, in the order of `IMPORT`. */
export type Services = readonly ((...parameters: never[]) => number)[];

/** `(region, block, budget) → budget left`. */
type Enter = (region: number, block: number, budget: number) => number;

interface Table {
  readonly length: number;
  set(index: number, value: unknown): void;
  grow(by: number): void;
}

declare const WebAssembly:
  | {
      Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
      Instance: new (module: object, imports: unknown) => { readonly exports: Record<string, unknown> };
      Table: new (description: { element: "anyfunc"; initial: number }) => Table;
    }
  | undefined;

const FIRST_TABLE = 256;
const ENTER = FUNCTION_TYPES.length;

/** A region's function: its locals and code, and whether it calls x87 functions. */
export interface RegionFunction {
  readonly id: number;
  readonly code: CodeBuffer;
  readonly usesX87: boolean;
}

/** The functions of regions, by number, and the way into them. */
export class RegionModules {
  private readonly imports: Record<string, unknown>;

  private constructor(
    readonly enter: Enter,
    private readonly table: Table,
    memory: object,
    functions: Record<string, unknown>,
  ) {
    this.imports = { m: memory, ...functions };
  }

  /** Undefined when the host refuses. */
  static create(memory: object, services: Services): RegionModules | undefined {
    if (typeof WebAssembly === "undefined") return undefined;
    const table = new WebAssembly.Table({ element: "anyfunc", initial: FIRST_TABLE });
    const named = Object.fromEntries(services.map((one, n) => [`f${n}`, one]));
    const shared = instantiate(sharedModule(), { m: memory, t: table, ...named });
    if (!shared) return undefined;
    const { enter, ...functions } = shared;
    return new RegionModules(enter as Enter, table, memory, functions);
  }

  /** Compiles regions' functions in one module. False when the host refuses. */
  add(regions: readonly RegionFunction[]): boolean {
    const imported = regions.some(({ usesX87 }) => usesX87) ? FUNCTION_TYPES : SERVICE_TYPES;
    const head = moduleHead({
      imported,
      table: false,
      functions: regions.map(() => REGION_TYPE),
      exported: Object.fromEntries(regions.map(({ id }, n) => [`r${id}`, imported.length + n])),
    });
    const code = regions.map((region) => region.code);
    const exports = instantiate(wholeModule(head, code), this.imports);
    if (!exports) return false;
    for (const { id } of regions) {
      if (id >= this.table.length) this.table.grow(this.table.length);
      this.table.set(id, exports[`r${id}`]);
    }
    return true;
  }

  /** It will not run again. */
  remove(region: number): void {
    this.table.set(region, null);
  }
}

/** The functions by the numbers under which regions import them: services passed on, flags, x87; and `enter`. */
function sharedModule(): Uint8Array<ArrayBuffer> {
  const exported: Record<string, number> = { enter: ENTER };
  FUNCTION_TYPES.forEach((_, n) => {
    exported[`f${n}`] = n < HOST_TYPES.length ? ENTER + 1 + n : n;
  });
  const own = FUNCTION_TYPES.slice(HOST_TYPES.length);
  const functions = [...own, ENTER_TYPE, ...HOST_TYPES];
  const head = moduleHead({ imported: HOST_TYPES, table: true, functions, exported });
  return wholeModule(head, [
    settleFunction(),
    ...X87_BODIES,
    enterBody(),
    ...HOST_TYPES.map((type, service) => passOn(service, TYPES[type]!.length)),
  ]);
}

function passOn(service: number, parameters: number): CodeBuffer {
  const body = new FunctionBody(parameters);
  for (let n = 0; n < parameters; n++) body.get(n);
  body.call(service);
  return body.whole;
}

function enterBody(): CodeBuffer {
  const [region, block, budget] = [0, 1, 2];
  const body = new FunctionBody(3);
  const follower = body.local(TYPE.I32);
  const unseen = body.local(TYPE.I32);
  const again = body.open(CONTROL.LOOP);
  body.get(block);
  body.get(budget);
  body.get(region);
  body.code.byte(CONTROL.CALL_INDIRECT).unsigned(REGION_TYPE).unsigned(0);
  body.set(budget);
  body.i32(0);
  body.memory(MEMORY.I32_LOAD, CELL.FOLLOWER);
  body.tee(follower);
  body.i32(8);
  body.op(OP.I32_SHR_U);
  body.set(region);
  body.get(follower);
  body.i32(0xff);
  body.op(OP.I32_AND);
  body.set(block);
  body.i32(0);
  body.i32(0);
  body.memory(MEMORY.I32_LOAD, CELL.UNSEEN);
  body.i32(1);
  body.op(OP.I32_SUB);
  body.tee(unseen);
  body.memory(MEMORY.I32_STORE, CELL.UNSEEN);
  body.get(follower);
  body.i32(0);
  body.op(OP.I32_NE);
  body.get(unseen);
  body.i32(0);
  body.op(OP.I32_GT_S);
  body.op(OP.I32_AND);
  body.branchIf(again);
  body.close();
  body.get(budget);
  return body.whole;
}

function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  imports: Record<string, unknown>,
): Record<string, unknown> | undefined {
  try {
    return new WebAssembly!.Instance(new WebAssembly!.Module(bytes), { e: imports }).exports;
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
