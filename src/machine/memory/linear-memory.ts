/**
 * One block of memory for everything that translated code touches: registers, the quick tables of translations, and the
 * guest's RAM behind them. It is a WebAssembly memory, so that generated code and TypeScript share the same bytes;
 * where WebAssembly is not to be had, it is an ordinary buffer, and the evaluator serves alone.
 *
 *     0x00000  general registers, 16 × 8
 *     0x00080  operands and result of the last arithmetic, 3 × 8 (`LazyFlags`)
 *     0x00100  xmm0..15, 16 × 16
 *     0x00200  scratch vectors, 64 × 16
 *     0x00600  the engine's own cells
 *     0x00700  the x87 unit (`X87_AT`)
 *     0x10000  jump caches of supervisor and user, 2 × 2048 × 16
 *     0x20000  quick tables of translations, 6 × 4096 × 16
 *     0x80000  RAM
 */

/** Byte offsets of the parts. */
export const LINEAR = {
  GENERAL: 0,
  FLAG_VALUES: 0x80,
  VECTORS: 0x100,
  SCRATCH: 0x200,
  ENGINE: 0x600,
  X87: 0x700,
  JUMP_CACHE: 0x10000,
  QUICK_TABLES: 0x20000,
  RAM: 0x80000,
} as const;

const WASM_PAGE = 65536;

/** As much of the WebAssembly interface as is needed here; its types belong to no ECMAScript library. */
declare const WebAssembly:
  | { Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer } }
  | undefined;

export class LinearMemory {
  readonly buffer: ArrayBuffer;
  /** The `WebAssembly.Memory` for generated modules to import; undefined where there is none. */
  readonly importable: object | undefined;

  /** @param ram bytes of RAM; all bytes are zero at first */
  constructor(ram: number) {
    const pages = Math.ceil((LINEAR.RAM + ram) / WASM_PAGE);
    if (typeof WebAssembly === "undefined") {
      this.importable = undefined;
      this.buffer = new ArrayBuffer(pages * WASM_PAGE);
    } else {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      this.importable = memory;
      this.buffer = memory.buffer;
    }
  }
}
