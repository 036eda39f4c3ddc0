/** What `recorder/tracer.c` writes about a whole program, read into values; its header describes the lines. */
import { readFileSync } from "node:fs";

/** Registers by number, as the tracer counts them. */
export const REGISTER = { RIP: 0x10, FLAGS: 0x11, FS: 0x12, GS: 0x13, XMM: 0x14, MXCSR: 0x24 } as const;
export const X87 = { ST: 0x25, CONTROL: 0x2d, STATUS: 0x2e, TAGS: 0x2f } as const;
export const REGISTERS = 0x30;

export const REGISTER_NAMES: readonly string[] = [
  ...["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"],
  ...Array.from({ length: 8 }, (_, n) => `r${n + 8}`),
  ...["rip", "rflags", "fs base", "gs base"],
  ...Array.from({ length: 16 }, (_, n) => `xmm${n}`),
  "mxcsr",
  ...Array.from({ length: 8 }, (_, n) => `st(${n})`),
  ...["fcw", "fsw", "tags in use"],
];

export type TraceLine =
  | { kind: "map" | "unmap"; start: bigint; end: bigint }
  | { kind: "data"; address: bigint; bytes: Uint8Array }
  | { kind: "start"; changes: readonly RegisterChange[] }
  | { kind: "step" | "outside"; code: string; changes: readonly RegisterChange[] }
  | { kind: "hash"; address: bigint; hash: number }
  | { kind: "end"; status: number };

export type RegisterChange = readonly [register: number, value: bigint];

export function* readTrace(path: string): Iterable<TraceLine> {
  for (const line of readFileSync(path, "latin1").split("\n"))
    if (line !== "") yield parseLine(line.split(" "));
}

const hex = (digits: string | undefined): bigint => BigInt(`0x${digits}`);

function parseLine([letter, first, second, ...rest]: string[]): TraceLine {
  switch (letter) {
    case "M":
    case "U":
      return { kind: letter === "M" ? "map" : "unmap", start: hex(first), end: hex(second) };
    case "D":
      return { kind: "data", address: hex(first), bytes: Buffer.from(second ?? "", "hex") };
    case "R":
      return { kind: "start", changes: changesIn([first, second, ...rest]) };
    case "I":
    case "X":
      return {
        kind: letter === "I" ? "step" : "outside",
        code: first ?? "",
        changes: changesIn([second, ...rest]),
      };
    case "H":
      return { kind: "hash", address: hex(first), hash: Number(hex(second)) };
    case "E":
      return { kind: "end", status: Number(hex(first)) };
    default:
      throw new Error(`no line of a trace: ${letter} ${first}`);
  }
}

function changesIn(words: readonly (string | undefined)[]): RegisterChange[] {
  const changes: RegisterChange[] = [];
  for (const word of words) {
    if (word === undefined) continue;
    const colon = word.indexOf(":");
    changes.push([Number.parseInt(word.slice(0, colon), 16), hex(word.slice(colon + 1))]);
  }
  return changes;
}
