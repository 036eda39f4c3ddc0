/** The rows of a program as it lies in memory now, which need not be how it was assembled. */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { byteRoles } from "../../machine/isa/insn.js";
import { decode, MAX_LENGTH } from "../../machine/isa/decoder.js";
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
  const rows = linesNear(image?.lines ?? [], rip).flatMap((line) => rowsOf(cpu, line, labels));
  if (rows.some((row) => row.address === rip)) return rows;
  const inside = image?.lines.some((line) => rip > line.address && rip < line.address + BigInt(line.length));
  const elsewhere = rowsFrom(cpu, rip, ELSEWHERE).map((row) => ({ ...row, labels: exactName(nameOf, row.address) }));
  return inside ? [...elsewhere, ...rows] : [...rows, ...elsewhere];
}

function linesNear(lines: readonly ImageLine[], rip: bigint): readonly ImageLine[] {
  if (lines.length <= LINES_SHOWN) return lines;
  const at = Math.max(0, lines.findIndex((line) => line.address === rip));
  const first = Math.min(Math.max(0, at - LINES_SHOWN / 2), lines.length - LINES_SHOWN);
  return lines.slice(first, first + LINES_SHOWN);
}

function labelsByAddress(image: ProgramImage | undefined): Map<bigint, string[]> {
  const labels = new Map<bigint, string[]>();
  for (const [name, address] of image?.symbols ?? []) labels.set(address, [...(labels.get(address) ?? []), name]);
  return labels;
}

const exactName = (nameOf: NameOf, address: bigint): string[] => {
  const name = nameOf(address);
  return name === undefined || name.includes("+") ? [] : [name];
};

/** The rows of one line: what its bytes say now when they were code, else themselves. */
function rowsOf(cpu: Cpu, line: ImageLine, names: ReadonlyMap<bigint, string[]>): ListingRow[] {
  const labels = names.get(line.address) ?? [];
  const bytes = peekMapped(cpu, line.address, Math.min(line.length, line.data ? DATA_SHOWN : MAX_LENGTH));
  const row = { address: line.address, labels, line: line.line };
  const decoded = line.data ? "data" : decode(Uint8Array.from(bytes), 0);
  if (typeof decoded === "string") return [{ ...row, bytes, roles: [], text: line.text }];
  if (decoded.length === line.length) return [{ ...row, bytes, roles: byteRoles(decoded), text: line.text }];
  return [{ ...row, ...instructionRow(bytes, line.address) }];
}

/** `most` rows decoded one after the other from `address` on. */
export function rowsFrom(cpu: Cpu, address: bigint, most: number): Omit<ListingRow, "labels">[] {
  const rows: Omit<ListingRow, "labels">[] = [];
  let at = address;
  while (rows.length < most) {
    const bytes = peekMapped(cpu, at, MAX_LENGTH);
    if (bytes.length === 0) break;
    const row = instructionRow(bytes, at);
    rows.push(row);
    at += BigInt(row.bytes.length);
  }
  return rows;
}
