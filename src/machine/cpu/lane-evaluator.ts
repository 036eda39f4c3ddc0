/**
 * Moves and integer lanes of the reference engine's vectors. A vector value is the number of a slot in a small
 * ring of scratch vectors, so that nothing is allocated: an instruction holds far fewer vectors than the ring has.
 * Source: Intel SDM Vol. 1 §4.9, §10.4, §11.4. Leaves out: #AC on vectors that need no alignment.
 */
import type {
  BitOperation,
  LaneOperation,
  LaneSize,
  ShiftDirection,
  WideningOperation,
} from "../isa/vector-ops.js";
import type { Mmu } from "../memory/mmu.js";
import { combineLanes, type LaneViews, saturate } from "./lane-arithmetic.js";

/** Scratch vectors; a power of two. The longest instruction makes about twenty. */
const SLOTS = 64;

export abstract class LaneEvaluator {
  /** 0, or the exception that SSE instructions now raise: #UD (CR0.EM, CR4.OSFXSR = 0) or #NM (CR0.TS). */
  vectorFault = 0;
  protected readonly scratch64 = new BigUint64Array(SLOTS * 2);
  protected readonly scratch32 = new Int32Array(this.scratch64.buffer);
  private readonly views: Readonly<Record<8 | 16 | 32, LaneViews>>;
  private readonly register32: Int32Array;
  private slot = 0;

  /** @param vectors xmm0..15: low half of xmmN at 2N, high half at 2N + 1 */
  constructor(
    readonly vectors: BigUint64Array,
    protected readonly mmu: Mmu,
  ) {
    this.register32 = new Int32Array(vectors.buffer, vectors.byteOffset, 64);
    const { buffer } = this.scratch64;
    this.views = {
      8: {
        signed: new Int8Array(buffer),
        unsigned: new Uint8Array(buffer),
        count: 16,
      },
      16: {
        signed: new Int16Array(buffer),
        unsigned: new Uint16Array(buffer),
        count: 8,
      },
      32: {
        signed: this.scratch32,
        unsigned: new Uint32Array(buffer),
        count: 4,
      },
    };
  }

  /** The linear address of one in a segment; the MMU is told of the segment. */
  protected abstract linear(address: bigint, segment: number): bigint;
  abstract raise(vector: number, errorCode?: number): never;

  requireVectors(): void {
    if (this.vectorFault !== 0) this.raise(this.vectorFault);
  }

  /** A slot whose contents are to be written whole. */
  protected fresh(): number {
    return (this.slot = (this.slot + 1) & (SLOTS - 1));
  }

  getVector(register: number): number {
    const to = this.fresh();
    copy(this.register32, register * 4, this.scratch32, to * 4);
    return to;
  }

  setVector(register: number, v: number): void {
    copy(this.scratch32, v * 4, this.register32, register * 4);
  }

  loadVector(address: bigint, segment: number, aligned: boolean): number {
    const to = this.fresh();
    this.mmu.read128(this.linear(address, segment), aligned, this.scratch32, to * 4);
    return to;
  }

  storeVector(address: bigint, v: number, segment: number, aligned: boolean): void {
    this.mmu.write128(this.linear(address, segment), aligned, this.scratch32, v * 4);
  }

  vector(low: bigint, high: bigint): number {
    const to = this.fresh();
    this.scratch64[to * 2] = low;
    this.scratch64[to * 2 + 1] = high;
    return to;
  }

  lane(v: number, size: LaneSize, index: number): bigint {
    if (size === 64) return this.scratch64[v * 2 + index]!;
    const { unsigned, count } = this.views[size];
    return BigInt(unsigned[v * count + index]!);
  }

  withLane(v: number, size: LaneSize, index: number, x: bigint): number {
    const to = this.copyOf(v);
    this.setLane(to, size, index, x);
    return to;
  }

  protected copyOf(v: number): number {
    const to = this.fresh();
    copy(this.scratch32, v * 4, this.scratch32, to * 4);
    return to;
  }

  /** Changes a vector that nobody else has seen yet. */
  protected setLane(v: number, size: LaneSize, index: number, x: bigint): void {
    if (size === 64) this.scratch64[v * 2 + index] = x;
    else this.views[size].unsigned[v * this.views[size].count + index] = Number(x & 0xffffffffn);
  }

  shuffle(size: LaneSize, a: number, b: number, picks: readonly number[]): number {
    const to = this.fresh();
    const { scratch64 } = this;
    if (size === 64) {
      for (let n = 0; n < 2; n++)
        scratch64[to * 2 + n] = scratch64[picks[n]! < 2 ? a * 2 + picks[n]! : b * 2 + picks[n]! - 2]!;
      return to;
    }
    const { unsigned, count } = this.views[size];
    const fromA = a * count;
    const fromB = (b - 1) * count;
    for (let n = 0; n < count; n++) {
      const pick = picks[n]!;
      unsigned[to * count + n] = unsigned[pick < count ? fromA + pick : fromB + pick]!;
    }
    return to;
  }

  signs(size: LaneSize, v: number): bigint {
    let gathered = 0;
    if (size === 64) {
      gathered = (this.scratch32[v * 4 + 1]! >>> 31) | ((this.scratch32[v * 4 + 3]! >>> 31) << 1);
    } else {
      const { signed, count } = this.views[size];
      for (let n = 0; n < count; n++) if (signed[v * count + n]! < 0) gathered |= 1 << n;
    }
    return BigInt(gathered);
  }

  bitwise(operation: BitOperation, a: number, b: number): number {
    const to = this.fresh();
    const { scratch32 } = this;
    for (let n = 0; n < 4; n++) {
      const x = scratch32[a * 4 + n]!;
      const y = scratch32[b * 4 + n]!;
      scratch32[to * 4 + n] =
        operation === "xor" ? x ^ y : operation === "and" ? x & y : operation === "or" ? x | y : ~x & y;
    }
    return to;
  }

  lanes(operation: LaneOperation, size: LaneSize, a: number, b: number): number {
    const to = this.fresh();
    if (size === 64) {
      const { scratch64 } = this;
      for (let n = 0; n < 2; n++) {
        const x = scratch64[a * 2 + n]!;
        const y = scratch64[b * 2 + n]!;
        scratch64[to * 2 + n] = operation === "add" ? x + y : x - y;
      }
    } else {
      const views = this.views[size];
      combineLanes(operation, views, to * views.count, a * views.count, b * views.count);
    }
    return to;
  }

  widen(operation: WideningOperation, a: number, b: number): number {
    const to = this.fresh();
    if (operation === "addProducts") {
      const { signed } = this.views[16];
      for (let n = 0; n < 4; n++) {
        const x = a * 8 + 2 * n;
        const y = b * 8 + 2 * n;
        this.scratch32[to * 4 + n] = (signed[x]! * signed[y]! + signed[x + 1]! * signed[y + 1]!) | 0;
      }
    } else if (operation === "multiplyEven") {
      for (let n = 0; n < 2; n++)
        this.scratch64[to * 2 + n] = this.lane(a, 32, 2 * n) * this.lane(b, 32, 2 * n);
    } else {
      for (let half = 0; half < 2; half++)
        this.scratch64[to * 2 + half] = BigInt(this.sumOfDifferences(a, b, half * 8));
    }
    return to;
  }

  private sumOfDifferences(a: number, b: number, first: number): number {
    const bytes = this.views[8].unsigned;
    let sum = 0;
    for (let n = first; n < first + 8; n++) sum += Math.abs(bytes[a * 16 + n]! - bytes[b * 16 + n]!);
    return sum;
  }

  shiftLanes(direction: ShiftDirection, size: LaneSize, v: number, count: bigint): number {
    const by = count < BigInt(size) ? Number(count) : size;
    const to = this.fresh();
    if (size === 64) this.shiftQuads(direction, v * 2, to * 2, by);
    else {
      const { signed, unsigned, count: lanes } = this.views[size];
      for (let n = 0; n < lanes; n++) {
        if (direction === "rightSigned")
          signed[to * lanes + n] = signed[v * lanes + n]! >> Math.min(by, size - 1);
        else if (by === size) unsigned[to * lanes + n] = 0;
        else if (direction === "left") unsigned[to * lanes + n] = unsigned[v * lanes + n]! << by;
        else unsigned[to * lanes + n] = unsigned[v * lanes + n]! >>> by;
      }
    }
    return to;
  }

  private shiftQuads(direction: ShiftDirection, from: number, to: number, by: number): void {
    const n = BigInt(by);
    for (let half = 0; half < 2; half++) {
      const x = this.scratch64[from + half]!;
      this.scratch64[to + half] = direction === "left" ? BigInt.asUintN(64, x << n) : x >> n;
    }
  }

  narrow(size: 16 | 32, signed: boolean, a: number, b: number): number {
    const to = this.fresh();
    const from = this.views[size];
    const into = this.views[size === 16 ? 8 : 16].signed;
    const range = size === 16 ? 0x100 : 0x10000;
    const lowest = signed ? -range / 2 : 0;
    for (let n = 0; n < from.count; n++) {
      into[to * from.count * 2 + n] = saturate(from.signed[a * from.count + n]!, lowest, lowest + range - 1);
      into[to * from.count * 2 + from.count + n] = saturate(
        from.signed[b * from.count + n]!,
        lowest,
        lowest + range - 1,
      );
    }
    return to;
  }
}

function copy(from: Int32Array, start: number, into: Int32Array, to: number): void {
  into[to] = from[start]!;
  into[to + 1] = from[start + 1]!;
  into[to + 2] = from[start + 2]!;
  into[to + 3] = from[start + 3]!;
}
