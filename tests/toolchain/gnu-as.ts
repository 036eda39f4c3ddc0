/** GNU as, asked about many lines at once: the bytes of each, or that it refuses the line. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCommand } from "../programs/oracles.js";

/** GNU as is here; when it is not, the reason has been printed, and in CI that is a failure. */
export const hasGnuAs = hasCommand("as") && hasCommand("objcopy");

/** The bytes of each line as hexadecimal digits; undefined where GNU as refuses the line. */
export function askGnuAs(lines: readonly string[]): (string | undefined)[] {
  const folder = mkdtempSync(join(tmpdir(), "gnu-as-"));
  try {
    const refused = refusedLines(lines, folder);
    return bytesOf(lines, refused, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refusedLines(lines: readonly string[], folder: string): Set<number> {
  const file = join(folder, "all.s");
  writeFileSync(file, `.intel_syntax noprefix\n${lines.join("\n")}\n`);
  const { stderr } = spawnSync("as", ["-o", join(folder, "all.o"), file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const numbers = [...stderr.matchAll(/^[^\n:]*:(\d+): (?:Error|Warning)/gm)].map(
    (match) => Number(match[1]) - 2,
  );
  return new Set(numbers);
}

/** A second section tells how long each line's bytes are. */
function bytesOf(
  lines: readonly string[],
  refused: ReadonlySet<number>,
  folder: string,
): (string | undefined)[] {
  const source = lines.map((line, n) =>
    refused.has(n)
      ? '.section .lengths, "a"; .byte 0; .text'
      : `.Lb${n}: ${line}\n.Le${n}: .section .lengths, "a"; .byte .Le${n} - .Lb${n}; .text`,
  );
  writeFileSync(join(folder, "good.s"), `.intel_syntax noprefix\n${source.join("\n")}\n`);
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
