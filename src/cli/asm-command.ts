/** `youcpu asm`: Intel-syntax assembly into an executable, raw bytes or a listing. */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type AssembleResult,
  type Assembly,
  assemble,
  type Problem,
} from "../toolchain/assembler/assemble.js";
import { writeElfExecutable } from "../toolchain/elf-writer.js";

const HELP = `youcpu asm – assembles Intel syntax as GNU as reads it

  youcpu asm [options] FILE.s

  -o, --output FILE       where to write (default a.out; a listing goes to standard output)
  --format elf|binary|listing
  --json                  sections, symbols and listing, or the mistakes, as JSON

  FILE may be - for standard input. Exit code: 0, 1 for mistakes in the source, 2 for wrong use.
`;

/** Runs the command; returns the exit code. */
export function asmCommand(words: readonly string[]): number {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) return wrongUse("one FILE is needed");
  const format = values.format ?? "elf";
  if (!["elf", "binary", "listing"].includes(format))
    return wrongUse(`--format ${format}: elf, binary or listing`);
  let source: string;
  try {
    source = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    return wrongUse(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const result = assemble(source);
  if (values.json) return printJson(result);
  if (!result.ok) {
    for (const problem of result.errors) process.stderr.write(describeProblem(file, source, problem));
    return 1;
  }
  write(result, format, values.output);
  return 0;
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      output: { type: "string", short: "o" },
      format: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

function wrongUse(message: string): number {
  process.stderr.write(`youcpu asm: ${message}\n`);
  return 2;
}

/** file:line:column: error, the line, a mark under it, and what to do. */
export function describeProblem(file: string, source: string, problem: Problem): string {
  const { line, column, length, reason, nextStep } = problem;
  const text = (source.split("\n")[line - 1] ?? "").slice(0, 200);
  const mark = " ".repeat(column - 1) + "^".repeat(Math.max(1, Math.min(length, text.length - column + 1)));
  return `${file}:${line}:${column}: error: ${reason}\n  ${text}\n  ${mark.slice(0, 200)}\n  ${nextStep}\n`;
}

function write(assembly: Assembly, format: string, output: string | undefined): void {
  if (format === "listing") {
    const text = listingText(assembly);
    if (output === undefined) process.stdout.write(text);
    else writeFileSync(output, text);
  } else if (format === "elf")
    writeFileSync(output ?? "a.out", writeElfExecutable(assembly), { mode: 0o755 });
  else writeFileSync(output ?? "a.out", rawBytes(assembly));
}

/** All sections from the lowest address to the highest, with zeros between. */
function rawBytes(assembly: Assembly): Uint8Array {
  const { sections } = assembly;
  const first = sections.reduce(
    (low, one) => (one.address < low ? one.address : low),
    sections[0]?.address ?? 0n,
  );
  const size = sections.reduce(
    (most, one) => Math.max(most, Number(one.address - first) + one.bytes.length),
    0,
  );
  const bytes = new Uint8Array(size);
  for (const { address, bytes: part } of sections) bytes.set(part, Number(address - first));
  return bytes;
}

const hexBytes = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

function listingText(assembly: Assembly): string {
  return assembly.listing
    .filter((one) => one.bytes.length > 0)
    .map(
      (one) =>
        `${String(one.line).padStart(5)}  ${one.address.toString(16).padStart(8, "0")}  ${hexBytes(one.bytes)}\n`,
    )
    .join("");
}

function printJson(result: AssembleResult): number {
  const value = result.ok
    ? {
        ok: true,
        entry: `0x${result.entry.toString(16)}`,
        sections: result.sections.map(({ name, address, bytes }) => ({
          name,
          address: `0x${address.toString(16)}`,
          bytes: hexBytes(bytes),
        })),
        symbols: Object.fromEntries([...result.symbols].map(([name, at]) => [name, `0x${at.toString(16)}`])),
        listing: result.listing.map(({ line, section, address, bytes }) => ({
          line,
          section,
          address: `0x${address.toString(16)}`,
          bytes: hexBytes(bytes),
        })),
      }
    : result;
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return result.ok ? 0 : 1;
}
