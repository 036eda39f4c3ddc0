/**
 * What a line written to /proc/sys/fs/binfmt_misc/register says:
 *
 *     :name:M:offset:magic:mask:interpreter:flags        files with these bytes at this place, where the mask has ones
 *     :name:E::extension::interpreter:flags              files whose name ends so
 *
 * The first character, here a colon, separates the fields. Bytes of magic and mask may be written \xHH. Flags: P keeps argv[0], O
 * passes the file as a descriptor, C lets the file's set-user-ID bits count (and implies O), F opens the interpreter now.
 * Models create_entry, scanarg and check_special_flags (Linux 6.18, fs/binfmt_misc.c), strange corners included.
 */
import { E, type Errno } from "../abi/errno.js";
import { BINPRM_BUF_SIZE } from "./binprm.js";
import type { ProgramReference } from "./program-reference.js";

export interface MiscFlags {
  readonly preserveArgv0: boolean;
  readonly openBinary: boolean;
  readonly credentials: boolean;
  readonly openFile: boolean;
}

/** One registered format. */
export class MiscEntry {
  enabled = true;
  /** The interpreter, with flag F. */
  interpreterFile: ProgramReference | undefined;

  /** @param magic the bytes to be found, or the extension as a text */
  constructor(
    readonly name: string,
    readonly magic: Uint8Array | string,
    readonly mask: Uint8Array | undefined,
    readonly offset: number,
    readonly interpreter: string,
    readonly flags: MiscFlags,
  ) {}

  /** Whether a file with these first bytes, run under this path, is of the format. */
  matches(buf: Uint8Array, path: string): boolean {
    const { magic, mask, offset } = this;
    if (typeof magic === "string")
      return path.includes(".") && path.slice(path.lastIndexOf(".") + 1) === magic;
    return magic.every((byte, n) => ((buf[offset + n]! ^ byte) & (mask?.[n] ?? 0xff)) === 0);
  }

  /** What reading its file tells. */
  get text(): string {
    const { flags, magic, mask } = this;
    const letters = [
      flags.preserveArgv0 ? "P" : "",
      flags.openBinary ? "O" : "",
      flags.credentials ? "C" : "",
      flags.openFile ? "F" : "",
    ].join("");
    const state = this.enabled ? "enabled" : "disabled";
    const what =
      typeof magic === "string"
        ? `extension .${magic}\n`
        : `offset ${this.offset}\nmagic ${hex(magic)}\n${mask ? `mask ${hex(mask)}\n` : ""}`;
    return `${state}\ninterpreter ${this.interpreter}\nflags: ${letters}\n${what}`;
  }
}

const SHORTEST_LINE = 11;
const LONGEST_LINE = 1920;
const NUL = "\0";
/** Separators that the kernel appends, so that fields left out at the end are empty. */
const PADDING = 8;

/** Reads a line; EINVAL when it is none. */
export function parseMiscEntry(line: string): MiscEntry | Errno {
  if (line.length < SHORTEST_LINE || line.length > LONGEST_LINE) return E.EINVAL;
  const reader = new FieldReader(line);
  const name = reader.field();
  if (name === undefined || name === "" || name === "." || name === ".." || name.includes("/"))
    return E.EINVAL;
  const type = reader.letter();
  const condition = type === "M" ? readMagic(reader) : type === "E" ? readExtension(reader) : undefined;
  const interpreter = condition && reader.field();
  if (!condition || !interpreter) return E.EINVAL;
  const flags = reader.flags();
  return flags
    ? new MiscEntry(name, condition.magic, condition.mask, condition.offset, interpreter, flags)
    : E.EINVAL;
}

type Condition = Pick<MiscEntry, "magic" | "mask" | "offset">;

function readMagic(reader: FieldReader): Condition | undefined {
  const place = reader.field();
  const offset = place === "" ? 0 : parseOffset(place);
  const rawMagic = reader.escapedField();
  const rawMask = rawMagic === undefined ? undefined : reader.escapedField();
  if (offset === undefined || rawMagic === undefined || rawMask === undefined) return undefined;
  const magic = unescape(rawMagic);
  const mask = rawMask === "" || rawMask.startsWith(NUL) ? undefined : unescape(rawMask);
  if (rawMagic === "" || rawMagic.startsWith(NUL)) return undefined;
  if (mask && mask.length !== magic.length) return undefined;
  if (magic.length > BINPRM_BUF_SIZE || BINPRM_BUF_SIZE - magic.length < offset) return undefined;
  return { magic, mask, offset };
}

function readExtension(reader: FieldReader): Condition | undefined {
  if (reader.field() === undefined) return undefined;
  const magic = reader.field();
  if (!magic || magic.includes("/") || reader.field() === undefined) return undefined;
  return { magic, mask: undefined, offset: 0 };
}

/** A decimal number as the kernel reads them: a sign before it and a newline behind it are allowed. */
function parseOffset(text: string | undefined): number | undefined {
  const [, digits] = /^\+?(\d+)\n?$/.exec(text ?? "") ?? (/^-0+\n?$/.test(text ?? "") ? ["", "0"] : []);
  const value = digits === undefined ? Number.NaN : Number(digits);
  return value < 2 ** 31 ? value : undefined;
}

/** The bytes of a text up to a NUL, with \xH and \xHH for one each. */
function unescape(text: string): Uint8Array {
  const end = text.indexOf(NUL);
  const plain = (end < 0 ? text : text.slice(0, end)).replace(
    /\\x([0-9a-fA-F]{1,2})|\\(.)/gs,
    (all: string, digits: string | undefined) =>
      digits === undefined ? all : String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Goes through a line field by field. */
class FieldReader {
  private at = 1;
  private readonly separator: string;
  private readonly text: string;

  constructor(private readonly line: string) {
    this.separator = line[0]!;
    this.text = line + this.separator.repeat(PADDING);
  }

  /** The text up to the separator; undefined when a NUL comes first. */
  field(): string | undefined {
    for (let end = this.at; end < this.text.length; end++) {
      const char = this.text[end];
      if (char === this.separator) return this.take(end);
      if (char === NUL) return undefined;
    }
    return undefined;
  }

  /** A field that is one letter. */
  letter(): string | undefined {
    const letter = this.text[this.at];
    if (this.text[this.at + 1] !== this.separator) return undefined;
    this.at += 2;
    return letter;
  }

  /** A field in which \x must have two digits; a NUL does not end it. */
  escapedField(): string | undefined {
    for (let end = this.at; end < this.text.length; end++) {
      if (this.text[end] === this.separator) return this.take(end);
      if (this.text.startsWith("\\x", end)) {
        if (!/^[0-9a-fA-F]{2}/.test(this.text.slice(end + 2, end + 4))) return undefined;
        end += 3;
      }
    }
    return undefined;
  }

  private take(end: number): string {
    const field = this.text.slice(this.at, end);
    this.at = end + 1;
    return field;
  }

  /** The letters at the end, and nothing behind them but a newline. */
  flags(): MiscFlags | undefined {
    const letters = /^[POCF]*/.exec(this.text.slice(this.at))![0];
    let end = this.at + letters.length;
    if (this.text[end] === "\n") end++;
    if (end !== this.line.length) return undefined;
    return {
      preserveArgv0: letters.includes("P"),
      openBinary: /[OC]/.test(letters),
      credentials: letters.includes("C"),
      openFile: letters.includes("F"),
    };
  }
}
