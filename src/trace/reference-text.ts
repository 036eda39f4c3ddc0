/** References as texts, and back. The forms are listed in `reference.ts`. */
import { PAGE_TABLES, type PageTableName, type Reference, type ReferenceKind } from "./reference.js";

/** What `formatReference` writes; undefined when the text names nothing, and then `referenceProblem` says why. */
export function parseReference(text: string): Reference | undefined {
  const parsed = parse(text);
  return "kind" in parsed ? parsed : undefined;
}

/** Why a text is no reference, and what to write instead; undefined when it is one. */
export function referenceProblem(text: string): string | undefined {
  const parsed = parse(text);
  return "kind" in parsed ? undefined : parsed.reason;
}

/** The text of a reference; equal references have equal texts. */
export function formatReference(reference: Reference): string {
  return `${reference.kind}:${formatRest(reference)}`;
}

function formatRest(reference: Reference): string {
  switch (reference.kind) {
    case "register":
    case "flag":
    case "device":
    case "parameter":
    case "word":
      return reference.name;
    case "memory":
      return range(reference) + inSpace(reference.process);
    case "physical":
      return range(reference);
    case "instruction":
      return hex(reference.address) + inSpace(reference.process);
    case "line":
      return String(reference.line);
    case "gate":
      return hex(reference.vector);
    case "segment":
      return hex(reference.selector);
    case "entry":
      return [reference.table, ...reference.path].join("/") + inSpace(reference.process);
    case "saved":
      return `${reference.process}/${reference.name}`;
    case "process":
      return String(reference.process);
    case "descriptor":
      return `${reference.process}/${reference.descriptor}`;
    case "call":
      return String(reference.number);
    case "event":
      return String(reference.index);
    case "time":
      return String(reference.time);
    case "port":
      return hex(reference.port);
  }
}

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
const range = ({ address, length }: { address: bigint; length: number }): string =>
  `${hex(address)}+${length}`;
const inSpace = (process: number | undefined): string => (process === undefined ? "" : `@${process}`);

interface Wrong {
  readonly reason: string;
}

type Parsed = Reference | Wrong;

interface Form {
  /** An example, for words about a wrong text. */
  readonly example: string;
  /** What follows the colon. */
  readonly pattern: RegExp;
  /** The groups of the pattern; undefined when a number is out of range. */
  make(groups: readonly (string | undefined)[]): Reference | undefined;
}

const NUMBER = "0x[\\da-f]{1,16}|\\d{1,20}";
const form = (
  example: string,
  pattern: string,
  make: (...groups: (string | undefined)[]) => Reference | undefined,
): Form => ({ example, pattern: new RegExp(`^${pattern}$`, "i"), make: (groups) => make(...groups) });

/** A number from `least` to `most`. */
function numberIn(
  text: string | undefined,
  least: number,
  most: number,
  use: (value: number) => Reference,
): Reference | undefined {
  const value = Number(text);
  return value >= least && value <= most ? use(value) : undefined;
}

const MOST = Number.MAX_SAFE_INTEGER;
const ofProcess = (process: string | undefined): { process?: number } =>
  process === undefined ? {} : { process: Number(process) };

const FORMS: Readonly<Record<ReferenceKind, Form>> = {
  register: form("register:rax", "([a-z][a-z0-9_. ]*)", (name = "") => ({ kind: "register", name })),
  flag: form("flag:ZF", "([a-z]+)", (name = "") => ({ kind: "flag", name })),
  memory: form(
    "memory:0x401000+3",
    `(${NUMBER})(?:\\+(\\d+))?(?:@(\\d+))?`,
    (address = "", length = "1", process) =>
      numberIn(length, 1, MOST, (bytes) => ({
        kind: "memory",
        address: BigInt(address),
        length: bytes,
        ...ofProcess(process),
      })),
  ),
  physical: form("physical:0x1000+8", `(${NUMBER})(?:\\+(\\d+))?`, (address = "", length = "1") =>
    numberIn(length, 1, MOST, (bytes) => ({ kind: "physical", address: BigInt(address), length: bytes })),
  ),
  instruction: form("instruction:0x401003", `(${NUMBER})(?:@(\\d+))?`, (address = "", process) => ({
    kind: "instruction",
    address: BigInt(address),
    ...ofProcess(process),
  })),
  line: form("line:3", `(${NUMBER})`, (text) => numberIn(text, 1, MOST, (line) => ({ kind: "line", line }))),
  gate: form("gate:0x80", `(${NUMBER})`, (text) =>
    numberIn(text, 0, 255, (vector) => ({ kind: "gate", vector })),
  ),
  segment: form("segment:0x33", `(${NUMBER})`, (text) =>
    numberIn(text, 0, 0xffff, (selector) => ({ kind: "segment", selector })),
  ),
  entry: form("entry:PML4/3", "(\\w+)((?:/\\d{1,3})+)(?:@(\\d+))?", (table = "", path = "", process) =>
    entry(table.toUpperCase(), path.slice(1).split("/").map(Number), process),
  ),
  saved: form("saved:2/rip", "(\\d+)/([a-z][a-z0-9_]*)", (process, name = "") => ({
    kind: "saved",
    process: Number(process),
    name,
  })),
  process: form("process:2", `(${NUMBER})`, (text) =>
    numberIn(text, 0, MOST, (process) => ({ kind: "process", process })),
  ),
  descriptor: form("descriptor:2/1", "(\\d+)/(\\d+)", (process, descriptor) => ({
    kind: "descriptor",
    process: Number(process),
    descriptor: Number(descriptor),
  })),
  call: form("call:5", `(${NUMBER})`, (text) =>
    numberIn(text, 1, MOST, (number) => ({ kind: "call", number })),
  ),
  event: form("event:17", `(${NUMBER})`, (text) =>
    numberIn(text, 0, MOST, (index) => ({ kind: "event", index })),
  ),
  time: form("time:1234", `(${NUMBER})`, (text) =>
    numberIn(text, 0, MOST, (time) => ({ kind: "time", time })),
  ),
  port: form("port:0x43", `(${NUMBER})`, (text) =>
    numberIn(text, 0, 0xffff, (port) => ({ kind: "port", port })),
  ),
  device: form("device:timer", "([a-z][\\w.]*)", (name = "") => ({ kind: "device", name })),
  parameter: form("parameter:slice", "([a-z][\\w.-]*)", (name = "") => ({ kind: "parameter", name })),
  word: form("word:frame", "([\\w][\\w.-]*)", (name = "") => ({ kind: "word", name })),
};

/** The number of indices must lead to the named table, through four levels or five. */
function entry(table: string, path: readonly number[], process: string | undefined): Reference | undefined {
  const level = PAGE_TABLES.indexOf(table as PageTableName);
  const depths = table === "PML5" ? [1] : [level, level + 1];
  if (level < 0 || !depths.includes(path.length) || path.some((index) => index > 511)) return undefined;
  return { kind: "entry", table: table as PageTableName, path, ...ofProcess(process) };
}

function parse(text: string): Parsed {
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(0, colon));
  if (!Object.hasOwn(FORMS, kind)) {
    const kinds = Object.keys(FORMS).join(", ");
    return { reason: `“${text}” names nothing: write a kind and a colon first, one of ${kinds}` };
  }
  const { pattern, make, example } = FORMS[kind as ReferenceKind];
  const found = pattern.exec(text.slice(colon + 1));
  if (!found) return { reason: `“${text}” is not written like ${example}` };
  return (
    make(found.slice(1)) ?? {
      reason: `“${text}” has a number that is out of range; ${example} is an example`,
    }
  );
}
