/** What a source becomes before addresses are known: sections of items. */
import type { Encoding } from "./encoding.js";
import type { Expression } from "./expression.js";

/** Something that takes up room. The layout finds how much, and where in the section. */
export type Item = { readonly line: number; size: number; offset: number } & ItemContent;

export type ItemContent =
  | { readonly kind: "bytes"; readonly encoding: Encoding; readonly isCode: boolean }
  /** A branch: short until its target proves too far. */
  | { readonly kind: "branch"; readonly short: Encoding; readonly long: Encoding; isLong: boolean }
  | {
      readonly kind: "align";
      readonly boundary: number;
      /** Bytes to repeat; undefined for no-operations. */
      readonly fill: readonly number[] | undefined;
      readonly most: number;
    }
  /** `count` times `unit` bytes of `value`. */
  | {
      readonly kind: "space";
      readonly count: Expression;
      readonly unit: number;
      readonly value: bigint;
      readonly column: number;
    }
  /** Forward to an offset in the section. */
  | { readonly kind: "origin"; readonly target: Expression; readonly fill: number; readonly column: number };

export interface Section {
  readonly name: string;
  readonly items: Item[];
  /** Code may be executed, data written. */
  executable: boolean;
  writable: boolean;
  /** Part of the program in memory, unlike notes for the linker. */
  allocated: boolean;
  /** Without bytes in a file: all zero. */
  zero: boolean;
  address: bigint;
  size: number;
  /** The part of the section, at its end so far, in which distances are already certain. */
  fragment: number;
  /** Bytes in that part. */
  fragmentSize: bigint;
}

/** A label: the address of the item that follows it. */
export interface Label {
  readonly section: Section;
  readonly index: number;
  readonly line: number;
  readonly fragment: number;
  readonly fragmentOffset: bigint;
}

/** What a section is by its name and its flags (`"awx@nobits"`), if it has any. */
export function newSection(name: string, flags: string | undefined, fragment: number): Section {
  const isText = name === ".text" || name.startsWith(".text.");
  const isReadOnly = name === ".rodata" || name.startsWith(".rodata.");
  return {
    name,
    items: [],
    executable: flags?.includes("x") ?? isText,
    writable: flags?.includes("w") ?? !(isText || isReadOnly),
    allocated: flags?.includes("a") ?? true,
    zero: name === ".bss" || name.startsWith(".bss.") || (flags?.includes("@nobits") ?? false),
    address: 0n,
    size: 0,
    fragment,
    fragmentSize: 0n,
  };
}

/** Where in its section a label is, as far as the section has been laid out. */
export function offsetOf({ section, index }: Label): number {
  const item = section.items[index];
  if (item) return item.offset;
  const last = section.items[index - 1];
  return last ? last.offset + last.size : 0;
}
