/** GNU as, asked about many lines at once: the bytes of each, or that it refuses the line. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCommand } from "../programs/oracles.js";

/** GNU as is here; when it is not, the reason has been printed, and in CI that is a failure. */
export const hasGnuAs = hasCommand("as") && hasCommand("objcopy");

/** What GNU as says of a line. */
export interface GnuAnswer {
  /** As hexadecimal digits; undefined when it refuses the line. */
  readonly bytes: string | undefined;
  /** It is not sure that the line means what was meant. */
  readonly isWarned: boolean;
}

/** The answer to each line. */
export function askGnuAs(lines: readonly string[], code: 16 | 32 | 64 = 64): GnuAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), "gnu-as-"));
  try {
    const complaints = complaintsAbout(lines, code, folder);
    const bytes = bytesOf(lines, complaints.get("Error") ?? new Set(), code, folder);
    return bytes.map((one, n) => ({ bytes: one, isWarned: complaints.get("Warning")?.has(n) ?? false }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lines by kind of complaint. */
function complaintsAbout(lines: readonly string[], code: number, folder: string): Map<string, Set<number>> {
  const file = join(folder, "all.s");
  writeFileSync(file, `.intel_syntax noprefix; .code${code}\n${lines.join("\n")}\n`);
  const { stderr } = spawnSync("as", ["-o", join(folder, "all.o"), file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const found = new Map([
    ["Error", new Set<number>()],
    ["Warning", new Set<number>()],
  ]);
  for (const match of stderr.matchAll(/^[^\n:]*:(\d+): (Error|Warning)/gm)) {
    found.get(match[2]!)!.add(Number(match[1]) - 2);
  }
  return found;
}

/** A second section tells how long each line's bytes are. */
function bytesOf(
  lines: readonly string[],
  refused: ReadonlySet<number>,
  code: number,
  folder: string,
): (string | undefined)[] {
  const source = lines.map((line, n) =>
    refused.has(n)
      ? '.section .lengths, "a"; .byte 0; .text'
      : `.Lb${n}: ${line}\n.Le${n}: .section .lengths, "a"; .byte .Le${n} - .Lb${n}; .text`,
  );
  writeFileSync(join(folder, "good.s"), `.intel_syntax noprefix; .code${code}\n${source.join("\n")}\n`);
  const object = join(folder, "good.o");
  execFileSync("as", ["-o", object, join(folder, "good.s")], { stdio: ["ignore", "ignore", "pipe"] });
  const read = (section: string): Buffer => {
    const target = join(folder, "section.bin");
    execFileSync("objcopy", ["-O", "binary", "-j", section, object, target]);
    return readFileSync(target);
  };
  const lengths = read(".lengths");
  const text = read(".text");
  let at = 0;
  return lines.map((_, n) => {
    if (refused.has(n)) return undefined;
    at += lengths[n]!;
    return text.subarray(at - lengths[n]!, at).toString("hex");
  });
}
