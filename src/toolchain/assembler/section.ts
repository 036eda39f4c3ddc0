/** What a source becomes before addresses are known: sections of items. */
import type { Encoding } from "./encode.js";
import type { Expression } from "./expression.js";

/** Something that takes up room. `size` is found by the layout. */
export type Item = { line: number; size: number; address: bigint } & (
  | { kind: "bytes"; encoding: Encoding; isCode: boolean }
  /** A branch: short until its target proves too far. */
  | { kind: "branch"; short: Encoding; long: Encoding; isLong: boolean }
  | { kind: "align"; boundary: number; fill: number | undefined; most: number }
  /** `count` times `unit` bytes of `value`. */
  | { kind: "space"; count: Expression; unit: number; value: bigint; column: number }
  /** Forward to an offset in the section. */
  | { kind: "origin"; offset: Expression; fill: number; column: number }
);

export interface Section {
  readonly name: string;
  readonly items: Item[];
  address: bigint;
  size: number;
}

/** A label: the address of the item that follows it. */
export interface Label {
  readonly section: Section;
  readonly index: number;
  readonly line: number;
}

/** Code may be executed, data written; by the names that every toolchain knows. */
export function rightsOf(section: string): { executable: boolean; writable: boolean; zero: boolean } {
  return {
    executable: section.startsWith(".text"),
    writable: !section.startsWith(".text") && !section.startsWith(".rodata"),
    zero: section.startsWith(".bss"),
  };
}
