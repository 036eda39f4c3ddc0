/**
 * One value that names a thing of a machine or of a page, so that a word in the prose, a source line, a byte and a part of a
 * picture can mean the same. Its text stands in attributes, links, prose and exported runs:
 *
 *     register:rax          register:eax (the same register)     flag:ZF                 segment:0x33
 *     memory:0x401000+3     linear addresses                     physical:0x1000+8       port:0x43
 *     instruction:0x401003  line:3                               gate:0x80               device:timer.channels.0
 *     entry:PT/0/2/1/5      a page-table entry, by the indices on the way to it          saved:2/rip
 *     process:2             descriptor:2/1                       call:5                  event:17
 *     time:1234             parameter:slice                      word:frame
 *
 * What lies in an address space is that of the process that runs; `@2` at the end says: that of process 2.
 * Leaves out: what a thing is called in other words at one moment (an instruction's line, a gate's bytes); that takes the
 * machine's state.
 */
import { GENERAL_NAMES } from "../machine/isa/registers.js";

/** Tables of page tables, from the root down. */
export const PAGE_TABLES = ["PML5", "PML4", "PDPT", "PD", "PT"] as const;
export type PageTableName = (typeof PAGE_TABLES)[number];

export type Reference =
  /** A register by its name in the manual; `eax` is a part of `rax`. */
  | { readonly kind: "register"; readonly name: string }
  /** A bit of RFLAGS: `ZF`. */
  | { readonly kind: "flag"; readonly name: string }
  /** Bytes at linear addresses. */
  | {
      readonly kind: "memory";
      readonly address: bigint;
      readonly length: number;
      readonly process?: number;
    }
  /** Bytes of RAM. */
  | { readonly kind: "physical"; readonly address: bigint; readonly length: number }
  | { readonly kind: "instruction"; readonly address: bigint; readonly process?: number }
  /** A line of the reader's source, from 1. */
  | { readonly kind: "line"; readonly line: number }
  /** A gate of the IDT, by vector. */
  | { readonly kind: "gate"; readonly vector: number }
  /** A descriptor of the GDT, by selector; its lowest two bits do not matter. */
  | { readonly kind: "segment"; readonly selector: number }
  /** An entry of a page table: `path` holds the indices from the root on, the last one being the entry's own. */
  | {
      readonly kind: "entry";
      readonly table: PageTableName;
      readonly path: readonly number[];
      readonly process?: number;
    }
  /** A register that the kernel keeps for a process that is not in ring 3, by its name in `pt_regs`. */
  | { readonly kind: "saved"; readonly process: number; readonly name: string }
  | { readonly kind: "process"; readonly process: number }
  /** A file descriptor of a process. */
  | { readonly kind: "descriptor"; readonly process: number; readonly descriptor: number }
  /** A system call by its position in the run, from 1. */
  | { readonly kind: "call"; readonly number: number }
  /** An event by its index in the log. */
  | { readonly kind: "event"; readonly index: number }
  /** A moment: t. */
  | { readonly kind: "time"; readonly time: number }
  | { readonly kind: "port"; readonly port: number }
  /** A device, or a part of its state, as the journal names it. */
  | { readonly kind: "device"; readonly name: string }
  /** A number that a reader may change. */
  | { readonly kind: "parameter"; readonly name: string }
  /** A part of a picture, by a name that the picture gave it. */
  | { readonly kind: "word"; readonly name: string };

export type ReferenceKind = Reference["kind"];

/** Whether two references mean the same thing, or things that have bytes or bits in common. */
export function sameThing(one: Reference, other: Reference): boolean {
  if (spaceOf(one) !== undefined && spaceOf(other) !== undefined && spaceOf(one) !== spaceOf(other))
    return false;
  const a = bytesOf(one);
  const b = bytesOf(other);
  if (a && b) return a.space === b.space && a.first < b.end && b.first < a.end;
  const [left, right] = [wholeOf(one), wholeOf(other)];
  return (
    left.whole === right.whole &&
    (left.part === undefined || right.part === undefined || left.part === right.part)
  );
}

/** The process whose address space is meant, where one is named. */
function spaceOf(reference: Reference): number | undefined {
  const { kind } = reference;
  return kind === "memory" || kind === "instruction" || kind === "entry" ? reference.process : undefined;
}

interface ByteRange {
  readonly space: "linear" | "physical";
  readonly first: bigint;
  readonly end: bigint;
}

function bytesOf(reference: Reference): ByteRange | undefined {
  const space = reference.kind === "physical" ? "physical" : "linear";
  if (reference.kind === "instruction")
    return { space, first: reference.address, end: reference.address + 1n };
  if (reference.kind !== "memory" && reference.kind !== "physical") return undefined;
  return { space, first: reference.address, end: reference.address + BigInt(reference.length) };
}

/** What a thing is a part of, and which part; things are compared by that. */
function wholeOf(reference: Reference): { readonly whole: string; readonly part?: string } {
  switch (reference.kind) {
    case "flag":
      return { whole: "register:rflags", part: reference.name.toUpperCase() };
    case "register":
      return { whole: `register:${wholeRegister(reference.name)}` };
    case "segment":
      return { whole: `segment:${reference.selector & ~3}` };
    case "entry":
      return { whole: `entry:${reference.table}/${reference.path.join("/")}` };
    case "device": {
      const [device = "", ...part] = reference.name.split(".");
      return part.length > 0
        ? { whole: `device:${device}`, part: part.join(".") }
        : { whole: `device:${device}` };
    }
    case "saved":
      return { whole: `saved:${reference.process}/${wholeRegister(reference.name)}` };
    default:
      return {
        whole: JSON.stringify(reference, (_, value) => (typeof value === "bigint" ? `${value}n` : value)),
      };
  }
}

/** `rax` for `eax`, `ax`, `ah` …; other names as they are, in small letters. */
export function wholeRegister(name: string): string {
  return WHOLE_REGISTERS.get(name.toLowerCase()) ?? name.toLowerCase();
}

const WHOLE_REGISTERS = new Map<string, string>([
  ...Object.values(GENERAL_NAMES).flatMap((names) =>
    // AH, CH, DH and BH come last in the list of bytes.
    names.map((name, n) => [name, GENERAL_NAMES[64][n < 16 ? n : n - 16]!] as const),
  ),
  ["eflags", "rflags"],
  ["flags", "rflags"],
  ["eip", "rip"],
]);
