/**
 * The eight operations that share one operation code: the middle bits of ModRM, each value with what the bytes then say. A click
 * writes that value into memory. For instructions whose middle bits choose a register it shows the eight registers.
 */
import { select } from "d3-selection";
import { disassemble } from "../toolchain/disassembler/disassemble.js";
import type { InstructionState, MachineState } from "./machine-state.js";
import { bits, hexDigits, list } from "./numbers.js";
import { subjectOf } from "./subject.js";
import { act } from "./view.js";

export const title = "The same bytes with other middle bits";

const NONE = "The instruction that comes next has no ModRM byte.";

interface Variant {
  readonly reg: number;
  readonly modrm: number;
  readonly text: string;
  readonly isPresent: boolean;
  readonly address: bigint;
}

/** Where in the instruction ModRM lies; -1 when it has none. */
function modrmAt({ groups }: InstructionState): number {
  let at = 0;
  for (const { role, bytes } of groups) {
    if (role === "modrm") return at;
    at += bytes.length;
  }
  return -1;
}

function variantsOf(state: MachineState): Variant[] {
  const instruction = subjectOf(state);
  const at = instruction ? modrmAt(instruction) : -1;
  if (!instruction || at < 0) return [];
  const present = instruction.bytes[at]!;
  return Array.from({ length: 8 }, (_, reg) => {
    const modrm = (present & 0xc7) | (reg << 3);
    const bytes = Uint8Array.from(instruction.bytes.with(at, modrm));
    const [first] = disassemble(bytes, instruction.address);
    return {
      ...{ reg, modrm },
      text: first?.problem === undefined ? (first?.text ?? "") : "no instruction",
      isPresent: modrm === present,
      address: instruction.address + BigInt(at),
    };
  });
}

export function draw(element: HTMLElement, state: MachineState): void {
  const variants = variantsOf(state);
  const root = select(element).classed("modrm", true);
  root
    .selectAll<HTMLParagraphElement, string>("p.caption")
    .data(variants.length === 0 ? [NONE] : [])
    .join((enter) => enter.append("p").attr("class", "caption"))
    .text((d) => d);
  const tiles = root
    .selectAll<HTMLButtonElement, Variant>("button")
    .data(variants, (d) => d.reg)
    .join((enter) => {
      const tile = enter.append("button").attr("type", "button").attr("translate", "no");
      for (const part of ["bits", "byte", "text"]) tile.append("span").attr("class", part);
      return tile;
    })
    .attr("aria-pressed", (d) => String(d.isPresent))
    .attr("data-ref", (d) => `memory:0x${d.address.toString(16)}+1`)
    .on("click", function (_event, d) {
      act(this, { kind: "write-memory", address: d.address, bytes: [d.modrm] });
    });
  tiles.select(".bits").text((d) => {
    const all = bits(d.modrm, 8);
    return `${all.slice(0, 2)} ${all.slice(2, 5)} ${all.slice(5)}`;
  });
  tiles.select(".byte").text((d) => hexDigits(d.modrm, 2));
  tiles.select(".text").text((d) => d.text);
}

export function describe(state: MachineState): string {
  const variants = variantsOf(state);
  if (variants.length === 0) return NONE;
  const words = variants.map(({ modrm, text }) => `${hexDigits(modrm, 2)} says ${text}`);
  return `With other middle bits ${list(words)}.`;
}
