/**
 * The bytes of one instruction, coloured by role, with what each group says; the three fields of ModRM as bits.
 * Bytes and bits can be changed: the cell decodes the new bytes and writes the source anew.
 * Source: Intel SDM Vol. 2A chapter 2.
 */
import { type Selection, select } from "d3-selection";
import type { ByteGroup, InstructionState, MachineState } from "./machine-state.js";
import { bits, hex, hexDigits, list } from "./numbers.js";
import { subjectOf } from "./subject.js";
import { showTyped } from "./typed-value.js";
import { act } from "./view.js";

export const title = "Bytes of this instruction";

const ROLE_WORDS = {
  prefix: "prefix",
  rex: "REX",
  opcode: "opcode",
  modrm: "ModRM",
  sib: "SIB",
  displacement: "displacement",
  immediate: "immediate",
} as const;

/** The fields of ModRM and SIB: name, highest bit, width. */
const FIELDS = {
  modrm: [
    ["mod", 6, 2],
    ["reg", 3, 3],
    ["rm", 0, 3],
  ],
  sib: [
    ["scale", 6, 2],
    ["index", 3, 3],
    ["base", 0, 3],
  ],
} as const;

interface Cell {
  readonly value: number;
  readonly role: ByteGroup["role"];
  readonly at: number;
}

function cellsOf(groups: readonly ByteGroup[]): Cell[] {
  return groups
    .flatMap((group) => group.bytes.map((value) => ({ value, role: group.role })))
    .map((c, at) => ({ ...c, at }));
}

/** The source line that the instruction's bytes can be written to: one that holds nothing else. */
function lineOf({ listing }: MachineState, instruction: InstructionState): number | undefined {
  const line = listing.find((row) => row.address === instruction.address)?.line;
  return listing.filter((row) => row.line === line).length === 1 ? line : undefined;
}

/** The bytes in a text such as "66 05 0002"; undefined when it is none, or too long for an instruction. */
function parseBytes(text: string): number[] | undefined {
  const digits = text.replace(/\s|0x|,/g, "");
  if (!/^(?:[\da-f]{2}){1,15}$/i.test(digits)) return undefined;
  return (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

const hexText = (bytes: readonly number[]): string => bytes.map((byte) => hexDigits(byte, 2)).join(" ");

export function draw(element: HTMLElement, state: MachineState): void {
  const root = select(element).classed("instruction-bytes", true);
  const instruction = subjectOf(state);
  root
    .selectAll("p.none")
    .data(instruction ? [] : [0])
    .join("p")
    .attr("class", "none")
    .text("No instruction lies here.");
  const box = root
    .selectAll<HTMLDivElement, InstructionState>("div.instruction")
    .data(instruction ? [instruction] : [])
    .join((enter) => {
      const made = enter.append("div").attr("class", "instruction").attr("translate", "no");
      made.append("p").attr("class", "text");
      made.append("div").attr("class", "row");
      made.append("div").attr("class", "fields");
      const all = made.append("label").attr("class", "all");
      all.append("span").text("all bytes");
      all.append("input").attr("spellcheck", "false").attr("autocomplete", "off");
      made.append("dl").attr("class", "meanings");
      return made;
    });
  if (!instruction) return;
  const line = lineOf(state, instruction);
  box.select(".text").text(instruction.text || instruction.failure || "");
  drawBytes(box.select<HTMLDivElement>(".row"), instruction, line);
  drawFields(box.select<HTMLDivElement>(".fields"), instruction, line);
  drawAll(box.select<HTMLInputElement>(".all input"), instruction, line);
  drawMeanings(box.select<HTMLDListElement>(".meanings"), instruction.groups);
}

type Box<E extends HTMLElement> =
  | Selection<E, unknown, null, undefined>
  | Selection<E, InstructionState, HTMLElement, unknown>;

function recoded(instruction: InstructionState, at: number, value: number): number[] {
  return instruction.bytes.map((byte, n) => (n === at ? value : byte));
}

function drawBytes(row: Box<HTMLDivElement>, instruction: InstructionState, line: number | undefined): void {
  const cells = (row as Selection<HTMLDivElement, unknown, null, undefined>)
    .selectAll<HTMLLabelElement, Cell>("label")
    .data(cellsOf(instruction.groups))
    .join((enter) => {
      const label = enter.append("label");
      label.append("input").attr("maxlength", "2").attr("spellcheck", "false").attr("autocomplete", "off");
      label.append("span");
      return label;
    })
    .attr("class", (d) => `byte role-${d.role}`)
    .attr("data-ref", (d) => `memory:${hex(instruction.address + BigInt(d.at))}+1`);
  cells.select("span").text((d) => ROLE_WORDS[d.role]);
  cells
    .select<HTMLInputElement>("input")
    .property("readOnly", line === undefined)
    .attr("aria-label", (d) => `byte ${d.at + 1}, ${ROLE_WORDS[d.role]}, hexadecimal`)
    .each(function (d) {
      showTyped(this, hexDigits(d.value, 2));
    })
    .on("change", function (_event, d) {
      const value = Number.parseInt(this.value, 16);
      if (line === undefined || Number.isNaN(value)) this.value = hexDigits(d.value, 2);
      else act(this, { kind: "recode", line, bytes: recoded(instruction, d.at, value) });
    });
}

interface Field {
  readonly name: string;
  readonly shift: number;
  readonly width: number;
  readonly cell: Cell;
}

function drawFields(
  root: Box<HTMLDivElement>,
  instruction: InstructionState,
  line: number | undefined,
): void {
  const fields: Field[] = cellsOf(instruction.groups).flatMap((cell) =>
    cell.role === "modrm" || cell.role === "sib"
      ? FIELDS[cell.role].map(([name, shift, width]) => ({ name, shift, width, cell }))
      : [],
  );
  const boxes = (root as Selection<HTMLDivElement, unknown, null, undefined>)
    .selectAll<HTMLDivElement, Field>("div.field")
    .data(fields)
    .join((enter) => {
      const made = enter.append("div");
      made.append("span").attr("class", "bits");
      made.append("span").attr("class", "name");
      return made;
    })
    .attr("class", (d) => `field role-${d.cell.role}`);
  boxes.select(".name").text((d) => d.name);
  boxes
    .select<HTMLSpanElement>(".bits")
    .selectAll<HTMLButtonElement, { field: Field; bit: number }>("button")
    .data((field) =>
      Array.from({ length: field.width }, (_, n) => ({ field, bit: field.shift + field.width - 1 - n })),
    )
    .join("button")
    .attr("type", "button")
    .property("disabled", line === undefined)
    .attr(
      "aria-label",
      (d) => `bit ${d.bit}, in field ${d.field.name}: ${(d.field.cell.value >> d.bit) & 1}. Press to flip it`,
    )
    .text((d) => bits((d.field.cell.value >> d.bit) & 1, 1))
    .on("click", function (_event, d) {
      const { cell } = d.field;
      if (line !== undefined)
        act(this, { kind: "recode", line, bytes: recoded(instruction, cell.at, cell.value ^ (1 << d.bit)) });
    });
}

/** All bytes in one field, where bytes can be added and taken away. */
function drawAll(
  field: Box<HTMLInputElement>,
  instruction: InstructionState,
  line: number | undefined,
): void {
  (field as Selection<HTMLInputElement, unknown, null, undefined>)
    .property("readOnly", line === undefined)
    .each(function () {
      showTyped(this, hexText(instruction.bytes));
    })
    .on("change", function () {
      const bytes = parseBytes(this.value);
      if (bytes === undefined || line === undefined) this.value = hexText(instruction.bytes);
      else act(this, { kind: "recode", line, bytes });
    });
}

function drawMeanings(root: Box<HTMLDListElement>, groups: readonly ByteGroup[]): void {
  const rows = (root as Selection<HTMLDListElement, unknown, null, undefined>)
    .selectAll<HTMLDivElement, ByteGroup>("div")
    .data(groups)
    .join((enter) => {
      const row = enter.append("div");
      row.append("dt");
      row.append("dd");
      return row;
    })
    .attr("class", (d) => `role-${d.role}`);
  rows.select("dt").text((d) => `${hexText(d.bytes)} ${ROLE_WORDS[d.role]}`);
  rows.select("dd").text((d) => d.says);
}

export function describe(state: MachineState): string {
  const instruction = subjectOf(state);
  if (!instruction) return "No instruction lies at rip.";
  const where = `At ${hex(instruction.address)}`;
  if (instruction.failure) return `${where} lie bytes that are no instruction: ${instruction.failure}.`;
  const parts = instruction.groups.map((g) => `${ROLE_WORDS[g.role]} ${hexText(g.bytes)}: ${g.says}`);
  return `${where} lies ${instruction.text}, in ${instruction.bytes.length} bytes: ${list(parts)}.`;
}
