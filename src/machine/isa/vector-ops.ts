/** The part of `Ops` that concerns SSE registers: values of 128 bits and their lanes. */

/** Widths of lanes in bits. */
export type LaneSize = 8 | 16 | 32 | 64;

export interface VectorOps<V, B> {
  getVector(register: number): V;
  setVector(register: number, v: V): void;
  /** Reads 16 bytes; `aligned` raises #GP(0) unless the address is a multiple of 16. */
  loadVector(address: V, segment: number, aligned: boolean): V;
  storeVector(address: V, v: V, segment: number, aligned: boolean): void;
  /** Lane `index` of a vector, zero-extended; and a vector with that lane replaced. */
  lane(v: V, size: LaneSize, index: number): V;
  withLane(v: V, size: LaneSize, index: number, x: V): V;
  /** Kept so that both type parameters are used by every part of `Ops`. */
  truth(b: boolean): B;
}
