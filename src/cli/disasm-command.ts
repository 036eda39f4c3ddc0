/** `youcpu disasm`: bytes, or the code of an ELF file, as Intel-syntax assembly. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ELF64_HEADER, hasElfMagic, parseElfHeader } from "../kernel/exec/elf-header.js";
import {
  ELF64_PROGRAM_HEADER,
  PF_X,
  PT_LOAD,
  parseProgramHeaders,
} from "../kernel/exec/elf-program-headers.js";
import { type DisassembledInstruction, disassemble } from "../toolchain/disassembler/disassemble.js";

const HELP = `youcpu disasm – shows machine code as assembly

  youcpu disasm [options] FILE          an ELF file's code, or raw bytes
  youcpu disasm --hex "48 89 e5 c3"

  --address N    address of the first byte of raw code (default 0)
  --json         one object an instruction

  Exit code: 0, 1 when the file cannot be read, 2 for wrong use.
`;

interface Code {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** Runs the command; returns the exit code. */
export function disasmCommand(words: readonly string[]): number {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    return fail(2, error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const address = values.address === undefined ? 0n : parseAddress(values.address);
  if (address === undefined)
    return fail(2, `--address ${values.address}: a number such as 0x401000 is needed`);
  const [file, ...more] = positionals;
  if ((values.hex === undefined) === (file === undefined) || more.length > 0)
    return fail(2, "either one FILE or --hex BYTES is needed");
  const codes = values.hex !== undefined ? fromHex(values.hex, address) : fromFile(file!, address);
  if (typeof codes === "string") return fail(values.hex !== undefined ? 2 : 1, codes);
  const lines = codes.flatMap((code) => disassemble(code.bytes, code.address));
  process.stdout.write(
    values.json ? `${JSON.stringify(lines.map(toJson), null, 2)}\n` : lines.map(toText).join(""),
  );
  return 0;
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      address: { type: "string" },
      hex: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

function fail(code: number, message: string): number {
  process.stderr.write(`youcpu disasm: ${message}\n`);
  return code;
}

function parseAddress(text: string): bigint | undefined {
  return /^(0x[0-9a-f]+|\d+)$/i.test(text) ? BigInt.asUintN(64, BigInt(text)) : undefined;
}

function fromHex(text: string, address: bigint): Code[] | string {
  const digits = text.replace(/0x|[\s,]/gi, "");
  if (!/^([0-9a-f]{2})+$/i.test(digits))
    return `--hex ${JSON.stringify(text.slice(0, 60))}: pairs of hexadecimal digits are needed`;
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return [{ address, bytes }];
}

function fromFile(file: string, address: bigint): Code[] | string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
  return hasElfMagic(bytes) && bytes.length >= ELF64_HEADER.size
    ? executableParts(bytes)
    : [{ address, bytes }];
}

/** The executable segments of an ELF file; without its headers where they lie in one. */
function executableParts(bytes: Uint8Array): Code[] {
  const header = parseElfHeader(bytes);
  const start = Number(header.e_phoff);
  const table = bytes.subarray(start, start + header.e_phnum * ELF64_PROGRAM_HEADER.size);
  return parseProgramHeaders(table)
    .filter((segment) => segment.p_type === PT_LOAD && (segment.p_flags & PF_X) !== 0)
    .map((segment) => {
      const skipped = segment.p_offset === 0n ? start + table.length : 0;
      const from = Number(segment.p_offset) + skipped;
      return {
        address: segment.p_vaddr + BigInt(skipped),
        bytes: bytes.subarray(from, Number(segment.p_offset + segment.p_filesz)),
      };
    });
}

const hexBytes = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

function toText(one: DisassembledInstruction): string {
  const target = one.refersTo === undefined ? "" : `    # 0x${one.refersTo.toString(16)}`;
  const remark = one.problem ? `    # ${one.problem}` : one.text.includes("rip") ? target : "";
  return `${one.address.toString(16).padStart(8)}:  ${hexBytes(one.bytes).padEnd(30)}  ${one.text}${remark}\n`;
}

function toJson(one: DisassembledInstruction): object {
  return {
    address: `0x${one.address.toString(16)}`,
    bytes: hexBytes(one.bytes),
    text: one.text,
    roles: one.roles,
    ...(one.problem ? { problem: one.problem } : {}),
    ...(one.refersTo === undefined ? {} : { refersTo: `0x${one.refersTo.toString(16)}` }),
  };
}
