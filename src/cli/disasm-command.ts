/** `youcpu disasm`: bytes, or the code of an ELF file, as Intel-syntax assembly. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { CodeSize } from "../machine/isa/insn.js";
import { type DisassembledInstruction, disassemble } from "../toolchain/disassembler/disassemble.js";
import { parseAddress } from "./asm-command.js";
import { type ElfCode, readElfCode } from "./elf-code.js";
import { PROCESS_STREAMS, type Streams } from "./streams.js";

const HELP = `youcpu disasm – shows machine code as assembly

  youcpu disasm [options] FILE          an ELF file's code, or raw bytes
  youcpu disasm --hex "48 89 e5 c3"

  --bits N       16, 32 or 64: the kind of code segment (default 64)
  --address N    address of the first byte of raw code (default 0)
  --json         one object an instruction

  Exit code: 0, 1 when the file cannot be read, 2 for wrong use.
`;

/** Runs the command; returns the exit code. */
export function disasmCommand(words: readonly string[], streams: Streams = PROCESS_STREAMS): number {
  const fail = (code: number, message: string): number => {
    streams.error(`youcpu disasm: ${message}\n`);
    return code;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return fail(2, error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    streams.out(HELP);
    return 0;
  }
  const address = values.address === undefined ? 0n : parseAddress(values.address);
  if (address === undefined)
    return fail(2, `--address ${values.address}: a number such as 0x401000 is needed`);
  const codeSize = ([16, 32, 64] as const).find((size) => String(size) === (values.bits ?? "64"));
  if (codeSize === undefined) return fail(2, `--bits ${values.bits}: 16, 32 or 64 is needed`);
  const [file, ...more] = positionals;
  if ((values.hex === undefined) === (file === undefined) || more.length > 0)
    return fail(2, "either one FILE or --hex BYTES is needed");
  const code = values.hex !== undefined ? fromHex(values.hex, address) : fromFile(file!, address);
  if (typeof code === "string") return fail(values.hex !== undefined ? 2 : 1, code);
  streams.out(values.json ? asJson(code, codeSize) : asText(code, codeSize));
  return 0;
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      address: { type: "string" },
      bits: { type: "string" },
      hex: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

const withoutNames = (bytes: Uint8Array, address: bigint): ElfCode => ({
  parts: [{ address, bytes }],
  names: new Map(),
});

function fromHex(text: string, address: bigint): ElfCode | string {
  const digits = text.replace(/0x|[\s,]/gi, "");
  if (!/^([0-9a-f]{2})+$/i.test(digits))
    return `--hex ${JSON.stringify(text.slice(0, 60))}: pairs of hexadecimal digits are needed`;
  return withoutNames(Uint8Array.from(Buffer.from(digits, "hex")), address);
}

function fromFile(file: string, address: bigint): ElfCode | string {
  try {
    const bytes = readFileSync(file);
    return readElfCode(bytes) ?? withoutNames(bytes, address);
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** All instructions, with the places that have names. */
function linesOf({ parts, names }: ElfCode, codeSize: CodeSize): DisassembledInstruction[] {
  const symbol = (address: bigint): string | undefined => nameNear(address, names);
  return parts.flatMap(({ bytes, address }) => disassemble(bytes, address, { symbol, codeSize }));
}

/** `0x401000 <main>`, as objdump shows where a branch leads. */
function nameNear(address: bigint, names: ReadonlyMap<bigint, string>): string | undefined {
  const name = names.get(address);
  return name === undefined ? undefined : `0x${address.toString(16)} <${name}>`;
}

const hexBytes = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** Columns of bytes: most instructions are shorter. */
const BYTES_WIDTH = 30;

function asText(code: ElfCode, codeSize: CodeSize): string {
  const text: string[] = [];
  for (const one of linesOf(code, codeSize)) {
    const name = code.names.get(one.address);
    if (name !== undefined) text.push(`\n${one.address.toString(16).padStart(16, "0")} <${name}>:\n`);
    const place = one.address.toString(16).padStart(8);
    text.push(
      `${place}:  ${hexBytes(one.bytes).padEnd(BYTES_WIDTH)}  ${one.text}${remark(one, code.names)}\n`,
    );
  }
  return text.join("");
}

/** Why a byte is no instruction, or which address memory without registers has. */
function remark(one: DisassembledInstruction, names: ReadonlyMap<bigint, string>): string {
  if (one.problem !== undefined) return `    # ${one.problem}`;
  if (one.refersTo === undefined || !/\[[re]ip/.test(one.text)) return "";
  return `    # ${nameNear(one.refersTo, names) ?? `0x${one.refersTo.toString(16)}`}`;
}

function asJson(code: ElfCode, codeSize: CodeSize): string {
  const lines = linesOf(code, codeSize).map((one) => ({
    address: `0x${one.address.toString(16)}`,
    ...(code.names.has(one.address) ? { name: code.names.get(one.address) } : {}),
    bytes: hexBytes(one.bytes),
    text: one.text,
    roles: one.roles,
    ...(one.problem ? { problem: one.problem } : {}),
    ...(one.refersTo === undefined ? {} : { refersTo: `0x${one.refersTo.toString(16)}` }),
  }));
  return `${JSON.stringify(lines, null, 2)}\n`;
}
