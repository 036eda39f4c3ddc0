/** Directives that put data into a section: numbers, strings, room, alignment. Source: GNU as manual, "Pseudo Ops". */
import type { Directive, DirectiveTarget } from "./directive-target.js";
import type { Fixup } from "./encoding.js";
import { parseExpression } from "./expression-parser.js";
import { SourceError } from "./problem.js";
import type { TokenReader } from "./token-reader.js";

/** Room that one directive, and the whole program, may take: 16 MiB. */
export const LARGEST = 16 << 20;

function list(reader: TokenReader, each: () => void): void {
  if (!reader.next) return;
  do {
    reader.restartCount();
    each();
  } while (reader.accept(","));
}

/** Numbers of `unit` bytes. What is known already is written at once, so that `.set` may change it later. */
function data(unit: Fixup["size"]): Directive {
  return (reader, target) => {
    const bytes: number[] = [];
    const fixups: Fixup[] = [];
    list(reader, () => {
      const { column } = reader;
      const expression = parseExpression(reader);
      const known = target.known(expression, bytes.length);
      fixups.push({
        offset: bytes.length,
        size: unit,
        relative: false,
        signed: false,
        expression: known === undefined ? expression : { kind: "number", value: known },
        column,
        length: reader.lengthFrom(column),
      });
      for (let n = 0; n < unit; n++) bytes.push(0);
    });
    target.add({ kind: "bytes", encoding: { bytes, fixups }, isCode: false });
  };
}

/** `"a" "b"` are one string, `"a", "b"` two. */
function strings(terminator: string): Directive {
  return (reader, target) => {
    const bytes: number[] = [];
    list(reader, () => {
      let text = "";
      do {
        const token = reader.take();
        if (token.kind !== "string")
          throw new SourceError(
            token.column,
            token.text.length,
            "a string is needed here",
            'write it in quotes: "…"',
          );
        text += token.bytes;
      } while (reader.next?.kind === "string");
      for (const char of text + terminator) bytes.push(char.charCodeAt(0));
    });
    target.add({ kind: "bytes", encoding: { bytes, fixups: [] }, isCode: false });
  };
}

/** IEEE 754 numbers in decimal. */
function floats(unit: 4 | 8): Directive {
  return (reader, target) => {
    const bytes: number[] = [];
    list(reader, () => {
      const view = new DataView(new ArrayBuffer(unit));
      const value = takeFloat(reader);
      if (unit === 4) view.setFloat32(0, value, true);
      else view.setFloat64(0, value, true);
      bytes.push(...new Uint8Array(view.buffer));
    });
    target.add({ kind: "bytes", encoding: { bytes, fixups: [] }, isCode: false });
  };
}

const FLOAT = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** The tokens up to the next comma, joined: `-1.5e-3` is several. */
function takeFloat(reader: TokenReader): number {
  const { column } = reader;
  let text = "";
  while (reader.next && !reader.isAt(",")) text += reader.take().text;
  const special = /^([-+]?)(nan|inf(?:inity)?)$/i.exec(text);
  if (special) return special[2]!.toLowerCase() === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
  if (FLOAT.test(text)) return Number(text);
  throw new SourceError(
    column,
    Math.max(1, text.length),
    `${text.slice(0, 40) || "nothing"} is no floating-point number`,
    "write it as 1.5 or 1.5e-3",
  );
}

function smallNumber(reader: TokenReader, target: DirectiveTarget): number {
  const { column } = reader;
  reader.restartCount();
  const value = target.constant(parseExpression(reader), column);
  if (value < 0n || value > BigInt(LARGEST))
    throw new SourceError(column, 1, `${value} is too large here`, `use a number from 0 to ${LARGEST}`);
  return Number(value);
}

const NOP = 0x90;

/** No-operations: long ones where they are known, which GNU as has for other code, too. */
const padding = ({ codeSize }: DirectiveTarget): number[] | undefined =>
  codeSize === 64 ? undefined : [NOP];

/** `.align boundary, fill, most`; with `isPower` the boundary is a power of two's exponent. */
function align(isPower: boolean, unit: 1 | 2 | 4): Directive {
  return (reader, target) => {
    const { column } = reader;
    const given = reader.next ? smallNumber(reader, target) : 0;
    const boundary = isPower ? 2 ** Math.min(given, 30) : Math.max(1, given);
    if (boundary > LARGEST || (boundary & (boundary - 1)) !== 0)
      throw new SourceError(column, 1, `${boundary} is no power of two`, "use 1, 2, 4, 8, 16, … 4096");
    let fill: number[] | undefined;
    let most = Number.POSITIVE_INFINITY;
    if (reader.accept(",")) {
      if (reader.next && !reader.isAt(",")) {
        const value = target.constant(parseExpression(reader), reader.column);
        fill = Array.from({ length: unit }, (_, n) => Number((value >> BigInt(8 * n)) & 0xffn));
      }
      // Zero means no limit.
      if (reader.accept(",")) most = smallNumber(reader, target) || most;
    }
    target.add({
      kind: "align",
      boundary,
      fill: fill ?? (target.sections.current.executable ? padding(target) : [0]),
      most,
    });
  };
}

const space: Directive = (reader, target) => {
  const { column } = reader;
  const count = parseExpression(reader);
  const value = reader.accept(",") ? target.constant(parseExpression(reader), column) : 0n;
  target.add({ kind: "space", count, unit: 1, value, column });
};

/** `.fill repeat, size, value`: of a size over 4 the upper bytes are zero. */
const fill: Directive = (reader, target) => {
  const { column } = reader;
  const count = parseExpression(reader);
  const unit = reader.accept(",") ? Math.min(8, smallNumber(reader, target)) : 1;
  const value = reader.accept(",") ? target.constant(parseExpression(reader), column) : 0n;
  target.add({ kind: "space", count, unit, value: BigInt.asUintN(32, value), column });
};

const origin: Directive = (reader, target) => {
  const { column } = reader;
  const offset = parseExpression(reader);
  const filler = reader.accept(",") ? Number(target.constant(parseExpression(reader), column) & 0xffn) : 0;
  target.add({ kind: "origin", target: offset, fill: filler, column });
};

/** `.comm name, size, alignment`: zeros under a name, in .bss. */
const common: Directive = (reader, target) => {
  const name = reader.take();
  if (name.kind !== "word")
    throw new SourceError(
      name.column,
      name.text.length,
      "a symbol's name is needed here",
      "write .comm name, 8",
    );
  reader.expect(",");
  const { column } = reader;
  const count = parseExpression(reader);
  const boundary = reader.accept(",") ? smallNumber(reader, target) : 16;
  target.sections.push(".bss");
  target.add({
    kind: "align",
    boundary: 2 ** Math.ceil(Math.log2(Math.max(1, boundary))),
    fill: [0],
    most: Infinity,
  });
  target.label(name);
  target.add({ kind: "space", count, unit: 1, value: 0n, column });
  target.sections.pop(column);
};

const each = (names: string, directive: Directive): [string, Directive][] =>
  names.split(" ").map((name) => [name, directive]);

/** By name. */
export const DATA_DIRECTIVES: readonly (readonly [string, Directive])[] = [
  ...each(".byte .1byte .dc.b", data(1)),
  ...each(".word .short .2byte .hword .value .dc.w", data(2)),
  ...each(".long .int .4byte .dc.l", data(4)),
  ...each(".quad .8byte .dc.a", data(8)),
  ...each(".ascii", strings("")),
  ...each(".asciz .string .string8", strings("\0")),
  ...each(".float .single", floats(4)),
  ...each(".double", floats(8)),
  ...each(".align .balign", align(false, 1)),
  ...each(".balignw", align(false, 2)),
  ...each(".balignl", align(false, 4)),
  ...each(".p2align", align(true, 1)),
  ...each(".p2alignw", align(true, 2)),
  ...each(".p2alignl", align(true, 4)),
  ...each(".zero .skip .space", space),
  ...each(".fill", fill),
  ...each(".org", origin),
  ...each(".comm .lcomm", common),
];
