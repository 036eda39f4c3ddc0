/** The rows of a program as it lies in memory now, which need not be how it was assembled. */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { MAX_LENGTH } from "../../machine/isa/decoder.js";
import type { ListingRow } from "../../views/machine-state.js";
import type { ImageLine, ProgramImage } from "../stage/program-image.js";
import { instructionRow } from "./instruction.js";
import { peekMapped } from "./peek.js";
import type { NameOf } from "./tables.js";

/** So many bytes of data are shown in a row. */
const DATA_SHOWN = 16;
/** A longer program shows this many lines, around RIP. */
const LINES_SHOWN = 300;
/** So many instructions are decoded where RIP is outside the program. */
const ELSEWHERE = 12;

/** The program's rows; when RIP is at none of them, also what lies at RIP. */
export function listing(cpu: Cpu, image: ProgramImage | undefined, nameOf: NameOf): ListingRow[] {
  const labels = labelsByAddress(image);
  const rip = cpu.rip;
  const rows = linesNear(image?.lines ?? [], rip).map((line) => rowOf(cpu, line, labels));
  if (rows.some((row) => row.address === rip)) return rows;
  const inside = image?.lines.some(
    (line) => rip > line.address && rip < line.address + BigInt(line.bytes.length),
  );
  const elsewhere = rowsFrom(cpu, rip, ELSEWHERE, nameOf).map((row) => ({
    ...row,
    labels: exactName(nameOf, row.address),
  }));
  return inside ? [...elsewhere, ...rows] : [...rows, ...elsewhere];
}

function linesNear(lines: readonly ImageLine[], rip: bigint): readonly ImageLine[] {
  if (lines.length <= LINES_SHOWN) return lines;
  const at = Math.max(
    0,
    lines.findIndex((line) => line.address === rip),
  );
  const first = Math.min(Math.max(0, at - LINES_SHOWN / 2), lines.length - LINES_SHOWN);
  return lines.slice(first, first + LINES_SHOWN);
}

function labelsByAddress(image: ProgramImage | undefined): Map<bigint, string[]> {
  const labels = new Map<bigint, string[]>();
  for (const [name, address] of image?.symbols ?? [])
    labels.set(address, [...(labels.get(address) ?? []), name]);
  return labels;
}

const exactName = (nameOf: NameOf, address: bigint): string[] => {
  const name = nameOf(address);
  return name === undefined || name.includes("+") ? [] : [name];
};

/** The row of one line: as the reader wrote it while memory still holds that, else what its bytes say now. */
function rowOf(cpu: Cpu, line: ImageLine, names: ReadonlyMap<bigint, string[]>): ListingRow {
  const row = { address: line.address, labels: names.get(line.address) ?? [], line: line.line };
  const bytes = peekMapped(
    cpu,
    line.address,
    line.data ? Math.min(line.bytes.length, DATA_SHOWN) : MAX_LENGTH,
  );
  // A page that no access has brought into memory yet holds nothing to decode.
  if (line.data || bytes.length === 0) return { ...row, bytes, roles: [], text: line.text };
  const now = instructionRow(bytes, line.address);
  const original =
    now.bytes.length === line.bytes.length && now.bytes.every((byte, n) => byte === line.bytes[n]);
  return { ...row, ...now, ...(original && !line.text.includes(";") ? { text: line.text } : {}) };
}

/** `most` rows decoded one after the other from `address` on. */
function rowsFrom(cpu: Cpu, address: bigint, most: number, nameOf: NameOf): Omit<ListingRow, "labels">[] {
  const rows: Omit<ListingRow, "labels">[] = [];
  let at = address;
  while (rows.length < most) {
    const bytes = peekMapped(cpu, at, MAX_LENGTH);
    if (bytes.length === 0) break;
    const row = instructionRow(bytes, at, nameOf);
    // Behind the last instruction memory is zero.
    if (rows.length > 0 && row.bytes.every((byte) => byte === 0)) break;
    rows.push(row);
    at += BigInt(row.bytes.length);
  }
  return rows;
}
