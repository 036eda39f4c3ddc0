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
import { listingText } from "../toolchain/listing.js";
import { PROCESS_STREAMS, type Streams } from "./streams.js";

const HELP = `youcpu asm – assembles Intel syntax as GNU as reads it

  youcpu asm [options] FILE.s

  -o, --output FILE       where to write (default a.out; a listing goes to standard output)
  --format elf|binary|listing
  --base N                address of the first section (default 0x401000)
  --json                  sections, symbols and listing, or the mistakes, as JSON

  FILE may be - for standard input. Exit code: 0, 1 for mistakes in the source or a file that cannot be read, 2 for wrong use.
`;

const FORMATS = ["elf", "binary", "listing"];

/** Runs the command; returns the exit code. */
export function asmCommand(words: readonly string[], streams: Streams = PROCESS_STREAMS): number {
  const wrongUse = (message: string): number => {
    streams.error(`youcpu asm: ${message}\n`);
    return 2;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return wrongUse(messageOf(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    streams.out(HELP);
    return 0;
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) return wrongUse("one FILE is needed");
  const format = values.format ?? "elf";
  if (!FORMATS.includes(format)) return wrongUse(`--format ${format}: ${FORMATS.join(", ")} are the formats`);
  const base = values.base === undefined ? undefined : parseAddress(values.base);
  if (values.base !== undefined && base === undefined)
    return wrongUse(`--base ${values.base}: a number such as 0x401000 is needed`);
  let source: string;
  try {
    source = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    return failed(error, streams);
  }
  const result = assemble(source, base === undefined ? {} : { base });
  if (values.json) return printJson(result, streams);
  if (!result.ok) {
    for (const problem of result.errors) streams.error(describeProblem(file, source, problem));
    return 1;
  }
  try {
    write(result, source, format, values.output, streams);
  } catch (error) {
    return failed(error, streams);
  }
  return 0;
}

/** A file that cannot be read or written. */
function failed(error: unknown, streams: Streams): number {
  streams.error(`youcpu asm: ${messageOf(error)}\n`);
  return 1;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      output: { type: "string", short: "o" },
      format: { type: "string" },
      base: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

/** A number of 64 bits, decimal or hexadecimal. */
export function parseAddress(text: string): bigint | undefined {
  return /^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text) ? BigInt.asUintN(64, BigInt(text)) : undefined;
}

const WIDEST = 200;

/** file:line:column: error, the line, a mark under it, and what to do. */
export function describeProblem(file: string, source: string, problem: Problem): string {
  const { line, column, length, reason, nextStep } = problem;
  const whole = (source.split("\n")[line - 1] ?? "").replace(/\r$/, "");
  // Of a very long line only the part around the mistake is shown.
  const start = column > WIDEST ? column - WIDEST / 2 : 0;
  const text = whole.slice(start, start + WIDEST).replace(/\t/g, " ");
  const at = column - 1 - start;
  const mark = " ".repeat(at) + "^".repeat(Math.max(1, Math.min(length, text.length - at)));
  return `${file}:${line}:${column}: error: ${reason}\n  ${text}\n  ${mark}\n  ${nextStep}\n`;
}

function write(
  assembly: Assembly,
  source: string,
  format: string,
  output: string | undefined,
  streams: Streams,
): void {
  if (format === "listing") {
    const text = `${listingText(assembly, source)}\n`;
    if (output === undefined) streams.out(text);
    else writeFileSync(output, text);
  } else if (format === "elf")
    writeFileSync(output ?? "a.out", writeElfExecutable(assembly), { mode: 0o755 });
  else writeFileSync(output ?? "a.out", rawBytes(assembly));
}

/** All sections from the lowest address to the highest, with zeros between. */
function rawBytes({ sections }: Assembly): Uint8Array {
  const first = sections.reduce(
    (low, one) => (one.address < low ? one.address : low),
    sections[0]?.address ?? 0n,
  );
  const stored = sections.filter((one) => !one.zero);
  const size = stored.reduce(
    (most, one) => Math.max(most, Number(one.address - first) + one.bytes.length),
    0,
  );
  const bytes = new Uint8Array(size);
  for (const { address, bytes: part } of stored) bytes.set(part, Number(address - first));
  return bytes;
}

const hexBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const hexNumber = (value: bigint): string => `0x${value.toString(16)}`;

function printJson(result: AssembleResult, streams: Streams): number {
  const value = result.ok
    ? {
        ok: true,
        entry: hexNumber(result.entry),
        sections: result.sections.map(({ name, address, bytes }) => ({
          name,
          address: hexNumber(address),
          bytes: hexBytes(bytes),
        })),
        symbols: Object.fromEntries([...result.symbols].map(([name, at]) => [name, hexNumber(at)])),
        listing: result.listing.map(({ line, section, address, bytes }) => ({
          line,
          section,
          address: hexNumber(address),
          bytes: hexBytes(bytes),
        })),
      }
    : result;
  streams.out(`${JSON.stringify(value, null, 2)}\n`);
  return result.ok ? 0 : 1;
}
