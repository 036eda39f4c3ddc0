/** The text of the instruction at an address, for those who ask for the same ones again and again. */
import type { Cpu } from "../../machine/cpu/cpu.js";
import { instructionTextAt } from "../../trace/instruction-text.js";
import { peek64 } from "./peek.js";

const MOST_KNOWN = 1000;

/** A function that gives the text, empty where there is none. What it remembers shows in nothing but its speed. */
export function textReader(cpu: Cpu): (address: bigint) => string {
  const known = new Map<bigint, { readonly bytes: string; readonly text: string }>();
  return (address) => {
    const bytes = `${peek64(cpu, address)} ${peek64(cpu, address + 8n)}`;
    const before = known.get(address);
    if (before?.bytes === bytes) return before.text;
    const text = instructionTextAt(cpu, address);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(address, { bytes, text });
    return text;
  };
}
