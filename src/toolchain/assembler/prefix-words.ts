/** Prefixes that a source writes in front of a mnemonic. Source: GNU as manual, "i386-Prefixes". */
import type { CodeSize } from "../../machine/isa/insn.js";
import { SourceError } from "./problem.js";

/** What has been written. The order in which the bytes come out is the encoder's. */
export interface WrittenPrefixes {
  /** 9B before the rest: `fstcw` and its kin. */
  wait: boolean;
  lock: boolean;
  /** 0xF2, 0xF3 or 0. */
  repeat: number;
  /** The word that asked for `repeat`: rep, bnd, xacquire, … */
  repeatWord: string;
  dataSize: boolean;
  addressSize: boolean;
  /** 0x40..0x4F, or 0. */
  rex: number;
  /** ES, CS, SS, DS, FS, GS as 0..5, or -1. */
  segment: number;
}

/** No prefix at all. */
export function noPrefixes(): WrittenPrefixes {
  return {
    wait: false,
    lock: false,
    repeat: 0,
    repeatWord: "",
    dataSize: false,
    addressSize: false,
    rex: 0,
    segment: -1,
  };
}

export const SEGMENT_PREFIX: readonly number[] = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const DS = 3;

type Effect = (written: WrittenPrefixes) => void;

const repeat = (byte: number, word: string): [string, Effect] => [
  word,
  (written) => {
    written.repeat = byte;
    written.repeatWord = word;
  },
];

/** rex, rex.w, rex.wrxb and all between. */
function rexWords(): [string, Effect][] {
  return Array.from({ length: 16 }, (_, bits) => {
    const letters = ["w", "r", "x", "b"].filter((_, n) => (bits & (8 >> n)) !== 0).join("");
    return [letters === "" ? "rex" : `rex.${letters}`, (written) => void (written.rex = 0x40 | bits)];
  });
}

const PREFIXES: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ["lock", (written) => void (written.lock = true)],
  ...["rep", "repe", "repz", "xrelease"].map((word) => repeat(0xf3, word)),
  ...["repne", "repnz", "bnd", "xacquire"].map((word) => repeat(0xf2, word)),
  ["data16", (written) => void (written.dataSize = true)],
  ["addr32", (written) => void (written.addressSize = true)],
  ["addr16", (written) => void (written.addressSize = true)],
  ["data32", (written) => void (written.dataSize = true)],
  ["rex64", (written) => void (written.rex = 0x48)],
  ...rexWords(),
  ["notrack", (written) => void (written.segment = DS)],
  ...["es", "cs", "ss", "ds", "fs", "gs"].map((name, n): [string, Effect] => [
    name,
    (written) => void (written.segment = n),
  ]),
]);

/** The names of all prefixes. */
export const PREFIX_NAMES: readonly string[] = [...PREFIXES.keys()];

/** Notes the prefix `word`, in lower case; false when it is none. */
export function takePrefix(word: string, written: WrittenPrefixes): boolean {
  const effect = PREFIXES.get(word);
  effect?.(written);
  return effect !== undefined;
}

/** The bytes in front of an opcode: those written, and those that the encoding itself needs. */
export function prefixBytes(
  written: WrittenPrefixes,
  needed: {
    segment: number;
    addressSize: boolean;
    dataSize: boolean;
    repeat: number;
    rex: number;
    codeSize: CodeSize;
  },
): number[] {
  const segment = SEGMENT_PREFIX[needed.segment >= 0 ? needed.segment : written.segment];
  const rex = needed.rex | written.rex;
  const bytes: number[] = [];
  if (rex !== 0 && needed.codeSize !== 64)
    throw new SourceError(
      1,
      1,
      "r8 to r15, spl, bpl, sil and dil exist in 64-bit code alone",
      "use the eight old registers",
    );
  if (written.wait) bytes.push(0x9b);
  if (segment !== undefined) bytes.push(segment);
  if (needed.addressSize || written.addressSize) bytes.push(0x67);
  if (needed.dataSize || written.dataSize) bytes.push(0x66);
  if (needed.repeat !== 0) bytes.push(needed.repeat);
  if (written.repeat !== 0 && written.repeat !== needed.repeat) bytes.push(written.repeat);
  if (written.lock) bytes.push(0xf0);
  if (rex !== 0) bytes.push(rex);
  return bytes;
}

/** Prefixes alone on a line. */
export function prefixesAlone(written: WrittenPrefixes, codeSize: CodeSize): number[] {
  const nothing = { segment: -1, addressSize: false, dataSize: false, repeat: 0, rex: 0 };
  return prefixBytes(written, { ...nothing, codeSize });
}
