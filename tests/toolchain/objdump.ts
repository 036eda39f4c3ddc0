/** GNU objdump, asked about many byte strings at once: how long the first instruction of each is, and its text. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCommand } from "../programs/oracles.js";

export const hasObjdump = hasCommand("objdump");

/** One instruction as objdump prints it. */
export interface Dumped {
  readonly length: number;
  readonly text: string;
}

/** Strings lie this far apart; behind each there are so many NOPs that the next one begins a new instruction. */
const STRIDE = 48;

/** The first instruction of each byte string, which lies at `index * STRIDE`; at most 15 bytes each. */
export function askObjdump(strings: readonly Uint8Array[]): Dumped[] {
  const folder = mkdtempSync(join(tmpdir(), "objdump-"));
  try {
    const bytes = new Uint8Array(strings.length * STRIDE).fill(0x90);
    strings.forEach((string, n) => {
      bytes.set(string, n * STRIDE);
    });
    writeFileSync(join(folder, "code"), bytes);
    const words = ["-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "-w", join(folder, "code")];
    return parse(execFileSync("objdump", words, { encoding: "utf8", maxBuffer: 1 << 30 }), strings.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The address of string `n`. */
export function addressOf(n: number): bigint {
  return BigInt(n * STRIDE);
}

function parse(output: string, count: number): Dumped[] {
  const found: Dumped[] = [];
  for (const line of output.split("\n")) {
    const match = /^\s*([0-9a-f]+):\t([0-9a-f ]+?)\s*\t(.*)$/.exec(line);
    if (!match) continue;
    const address = Number.parseInt(match[1]!, 16);
    if (address % STRIDE !== 0 || address / STRIDE >= count) continue;
    found[address / STRIDE] = { length: match[2]!.split(" ").length, text: match[3]!.trim() };
  }
  return found;
}
