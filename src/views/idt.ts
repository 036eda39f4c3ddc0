/**
 * Gates of the interrupt descriptor table, decoded from the 16 bytes that lie in guest memory. Each field, and each
 * byte, can be changed there.
 * Source: Intel SDM Vol. 3A §6.14.1, figure 6-8.
 *
 *     byte   15..12   11..8          7 6          5              4          3 2       1 0
 *            zero     offset 63:32   offset 31:16  P DPL 0 type   IST (3 bits) selector offset 15:0
 */
import { type Selection, select } from "d3-selection";
import type { GateState, MachineState, TablesState } from "./machine-state.js";
import { hex, hexDigits, list } from "./numbers.js";
import { showTyped } from "./typed-value.js";
import { act } from "./view.js";

export const title = "Interrupt descriptor table";

const TYPES: Readonly<Record<number, string>> = {
  14: "interrupt gate (clears IF)",
  15: "trap gate (keeps IF)",
};

/** The field that each byte belongs to, for its colour and its hover text. */
const BYTE_FIELD = [
  ...["offset", "offset", "selector", "selector", "ist", "access", "offset", "offset"],
  ...["offset", "offset", "offset", "offset", "zero", "zero", "zero", "zero"],
] as const;

interface Field {
  readonly name: string;
  readonly label: string;
  readonly text: string;
  readonly says: string;
  /** New bytes of the gate after the reader typed `text`; undefined when it means nothing. */
  edit(text: string): number[] | undefined;
}

const withByte = (gate: GateState, at: number, value: number): number[] =>
  gate.bytes.map((b, n) => (n === at ? value & 255 : b));

function parse(text: string, largest: bigint): bigint | undefined {
  try {
    const n = BigInt(text.trim());
    return n >= 0n && n <= largest ? n : undefined;
  } catch {
    return undefined;
  }
}

function withOffset(gate: GateState, offset: bigint): number[] {
  const bytes = [...gate.bytes];
  [0, 1, 6, 7, 8, 9, 10, 11].forEach((at, n) => {
    bytes[at] = Number((offset >> BigInt(n * 8)) & 0xffn);
  });
  return bytes;
}

function fieldsOf(gate: GateState): Field[] {
  const access = gate.bytes[5] ?? 0;
  const number = (
    name: string,
    label: string,
    value: number,
    says: string,
    largest: bigint,
    edit: (n: number) => number[],
  ): Field => ({
    name,
    label,
    text: name === "selector" ? hex(value) : String(value),
    says,
    edit: (text) => {
      const n = parse(text, largest);
      return n === undefined ? undefined : edit(Number(n));
    },
  });
  return [
    {
      name: "offset",
      label: "offset",
      text: hex(gate.offset),
      says: gate.handler ? `= ${gate.handler}` : "no name known",
      edit: (text) => {
        const n = parse(text, 0xffffffffffffffffn);
        return n === undefined ? undefined : withOffset(gate, n);
      },
    },
    number("selector", "selector", gate.selector, "becomes cs", 0xffffn, (n) =>
      withByte({ ...gate, bytes: withByte(gate, 2, n) }, 3, n >> 8),
    ),
    number("access", "DPL", gate.dpl, `int needs ring ≤ ${gate.dpl}`, 3n, (n) =>
      withByte(gate, 5, (access & 0x9f) | (n << 5)),
    ),
    number(
      "access",
      "present",
      gate.present ? 1 : 0,
      gate.present ? "may be used" : "#NP when used",
      1n,
      (n) => withByte(gate, 5, (access & 0x7f) | (n << 7)),
    ),
    number("access", "type", gate.type, TYPES[gate.type] ?? "not a gate: #GP when used", 15n, (n) =>
      withByte(gate, 5, (access & 0xf0) | n),
    ),
    number(
      "ist",
      "IST",
      gate.ist,
      gate.ist === 0 ? "stack from RSP0" : `stack IST${gate.ist} of the TSS`,
      7n,
      (n) => withByte(gate, 4, n),
    ),
  ];
}

export function draw(element: HTMLElement, state: MachineState): void {
  const { tables } = state;
  const root = select(element).classed("idt", true);
  root
    .selectAll<HTMLParagraphElement, string>("p.caption")
    .data(tables ? [registersSay(tables)] : ["No table is loaded."])
    .join("p")
    .attr("class", "caption")
    .text((d) => d);
  drawKernelStack(root, tables);
  const cards = root
    .selectAll<HTMLElement, GateState>("section.gate")
    .data(tables?.gates ?? [], (d) => String(d.vector))
    .join((enter) => {
      const card = enter.append("section").attr("class", "gate").attr("translate", "no");
      card.append("h4");
      card.append("div").attr("class", "bytes");
      card.append("div").attr("class", "fields");
      return card;
    });
  cards.attr("data-ref", (d) => `gate:${hex(d.vector)}`);
  cards.select("h4").text((d) => `Gate ${hex(d.vector)} at ${hex(d.address)}`);
  cards.each(function (gate) {
    drawBytes(select(this).select<HTMLDivElement>(".bytes"), gate);
    drawFields(select(this).select<HTMLDivElement>(".fields"), gate);
  });
}

function registersSay({ idt }: TablesState): string {
  return `The table lies at ${hex(idt.base)} and has room for ${(idt.limit + 1) >> 4} gates; idtr says so.`;
}

/** RSP0 of the TSS, where the processor finds the stack for ring 0; it can be changed, and spoilt. */
function drawKernelStack(
  root: Selection<HTMLElement, unknown, null, undefined>,
  tables: TablesState | undefined,
): void {
  const label = root
    .selectAll<HTMLLabelElement, NonNullable<TablesState["kernelStack"]>>("label.rsp0")
    .data(tables?.kernelStack ? [tables.kernelStack] : [])
    .join((enter) => {
      const made = enter.append("label").attr("class", "rsp0").attr("translate", "no");
      made.append("span").text("TSS.RSP0");
      made.append("input").attr("spellcheck", "false").attr("autocomplete", "off");
      return made;
    });
  label
    .attr("data-ref", (d) => `memory:${hex(d.address)}+8`)
    .select<HTMLInputElement>("input")
    .each(function (d) {
      showTyped(this, hex(d.value));
    })
    .on("change", function (_event, d) {
      const value = parse(this.value, 0xffffffffffffffffn);
      if (value === undefined) this.value = hex(d.value);
      else act(this, { kind: "write-memory", address: d.address, bytes: littleEndian(value) });
    });
}

function littleEndian(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, n) => Number((value >> BigInt(n * 8)) & 0xffn));
}

function drawBytes(root: Selection<HTMLDivElement, unknown, null, undefined>, gate: GateState): void {
  root
    .selectAll<HTMLInputElement, number>("input")
    .data(gate.bytes)
    .join("input")
    .attr("maxlength", "2")
    .attr("spellcheck", "false")
    .attr("autocomplete", "off")
    .attr("class", (_d, n) => `field-${BYTE_FIELD[n]}`)
    .attr("data-ref", (_d, n) => `memory:${hex(gate.address + BigInt(n))}+1`)
    .attr("aria-label", (_d, n) => `byte ${n}, ${BYTE_FIELD[n]}, hexadecimal`)
    .attr("title", (_d, n) => `byte ${n}: ${BYTE_FIELD[n]}`)
    .each(function (d) {
      showTyped(this, hexDigits(d, 2));
    })
    .on("change", function (_event, d) {
      const value = Number.parseInt(this.value, 16);
      const at = Array.from(this.parentElement?.children ?? []).indexOf(this);
      if (Number.isNaN(value)) this.value = hexDigits(d, 2);
      else act(this, { kind: "write-memory", address: gate.address, bytes: withByte(gate, at, value) });
    });
}

function drawFields(root: Selection<HTMLDivElement, unknown, null, undefined>, gate: GateState): void {
  const rows = root
    .selectAll<HTMLLabelElement, Field>("label")
    .data(fieldsOf(gate), (d) => d.label)
    .join((enter) => {
      const label = enter.append("label");
      label.append("span").attr("class", "name");
      label.append("input").attr("spellcheck", "false").attr("autocomplete", "off");
      label.append("span").attr("class", "says");
      return label;
    })
    .attr("class", (d) => `field-${d.name}`);
  rows.select(".name").text((d) => d.label);
  rows.select(".says").text((d) => d.says);
  rows
    .select<HTMLInputElement>("input")
    .each(function (d) {
      showTyped(this, d.text);
    })
    .on("change", function (_event, d) {
      const bytes = d.edit(this.value);
      if (bytes) act(this, { kind: "write-memory", address: gate.address, bytes });
      else this.value = d.text;
    });
}

export function describe(state: MachineState): string {
  const { tables } = state;
  if (!tables) return "No interrupt descriptor table is loaded.";
  const gates = tables.gates.map((g) => {
    const where = g.handler ?? hex(g.offset);
    const kind = TYPES[g.type] ?? "not a gate";
    return `gate ${hex(g.vector)} leads to ${where}, code selector ${hex(g.selector)}, DPL ${g.dpl}, ${kind}${g.present ? "" : ", not present"}`;
  });
  const rsp0 = tables.kernelStack ? ` The TSS keeps RSP0, ${hex(tables.kernelStack.value)}.` : "";
  return `${registersSay(tables)}${rsp0} ${gates.length > 0 ? `Shown: ${list(gates)}.` : "No gate is shown."}`;
}
