/**
 * The three doors into ring 0, how often each was used, and what the processor itself did at the last passage.
 * Source: Intel SDM Vol. 3A §6.14 (interrupts and exceptions), §5.8.8 (SYSCALL).
 */
import { type Selection, select } from "d3-selection";
import type { Crossing, Door, MachineState, SavedValue } from "./machine-state.js";
import { hex, list, plural } from "./numbers.js";
import { crossingWords } from "./rings.js";

export const title = "Doors into ring 0";

type Entry = Exclude<Door, "return">;

/** What a door does, whoever uses it. */
interface Rules {
  readonly name: string;
  readonly finds: string;
  readonly allowed: string;
  readonly stack: string;
  readonly saves: string;
  readonly flags: string;
  readonly back: string;
}

const BY_GATE = {
  stack: "RSP0 of the TSS, when the ring changes",
  saves: "ss, rsp, rflags, cs and rip, on that stack",
  flags: "an interrupt gate clears IF",
  back: "iretq",
} as const;

const RULES: Readonly<Record<Entry, Rules>> = {
  exception: {
    name: "Exception",
    finds: "the gate with the exception's number, in memory",
    allowed: "always: the processor itself knocks",
    ...BY_GATE,
  },
  interrupt: {
    name: "Interrupt, int n",
    finds: "gate n, in memory",
    allowed: "if the gate's DPL is not below the ring; a device always",
    ...BY_GATE,
  },
  syscall: {
    name: "syscall",
    finds: "IA32_LSTAR, a register",
    allowed: "if EFER.SCE is set",
    stack: "stays the program's own: the kernel must change it",
    saves: "rip in rcx, rflags in r11",
    flags: "those named in IA32_FMASK are cleared",
    back: "sysretq",
  },
};

interface DoorCard {
  readonly door: Entry;
  readonly rules: Rules;
  readonly used: number;
  /** Where it leads, when that can be known before it is used. */
  readonly leads: string | undefined;
  readonly last: Crossing | undefined;
}

function cardsOf(state: MachineState): DoorCard[] {
  const lstar = state.tables?.syscallEntry;
  return (["exception", "interrupt", "syscall"] as const).map((door) => ({
    door,
    rules: RULES[door],
    used: state.crossings.counts[door],
    leads: door === "syscall" && lstar ? (lstar.name ?? hex(lstar.value)) : undefined,
    last: state.crossings.latest[door],
  }));
}

interface Row {
  readonly what: string;
  readonly says: string;
}

/** The rules, each with what really happened at the last passage in its place. */
function rowsOf({ rules, last, leads }: DoorCard): Row[] {
  const target = last ? (last.targetName ?? hex(last.target)) : leads;
  const rows = [
    { what: "finds the kernel by", says: rules.finds + (target === undefined ? "" : ` → ${target}`) },
    { what: "allowed", says: rules.allowed },
    { what: "new stack", says: last ? stackWords(last, rules) : rules.stack },
    {
      what: "the processor saves",
      says: last?.saved.length ? last.saved.map(savedWords).join("\n") : rules.saves,
    },
    { what: "flags", says: rules.flags },
    { what: "way back", says: rules.back },
  ];
  return last ? [{ what: "last time", says: crossingWords(last) }, ...rows] : rows;
}

function stackWords({ stackBefore, stackAfter }: Crossing, rules: Rules): string {
  return stackBefore === stackAfter ? rules.stack : `from ${hex(stackBefore)} to ${hex(stackAfter)}`;
}

const savedWords = ({ what, place, value }: SavedValue): string =>
  `${what} ${hex(value)}${typeof place === "string" ? ` in ${place}` : ""}`;

const placeWords = ({ place }: SavedValue): string =>
  typeof place === "string" ? place : `memory at ${hex(place)}`;

export function draw(element: HTMLElement, state: MachineState): void {
  const newest = state.crossings.last;
  const cards = select(element)
    .classed("doors", true)
    .selectAll<HTMLElement, DoorCard>("section.door")
    .data(cardsOf(state), (d) => d.door)
    .join((enter) => {
      const card = enter.append("section");
      card.append("h4");
      card.append("p").attr("class", "used");
      card.append("dl");
      return card;
    })
    .attr("class", (d) => `door door-${d.door}`)
    .classed("newest", (d) => d.last !== undefined && d.last.time === newest?.time);
  cards.select("h4").text((d) => d.rules.name);
  cards.select(".used").text((d) => (d.used === 0 ? "not used yet" : `used ${plural(d.used, "time")}`));
  cards.each(function (card) {
    drawRows(select(this).select<HTMLDListElement>("dl"), rowsOf(card));
  });
}

function drawRows(root: Selection<HTMLDListElement, unknown, null, undefined>, data: readonly Row[]): void {
  const rows = root
    .selectAll<HTMLDivElement, Row>("div")
    .data(data)
    .join((enter) => {
      const row = enter.append("div");
      row.append("dt");
      row.append("dd");
      return row;
    });
  rows.select("dt").text((d) => d.what);
  rows.select("dd").text((d) => d.says);
}

export function describe(state: MachineState): string {
  return cardsOf(state)
    .map((card) => {
      const used = card.used === 0 ? "has not been used" : `was used ${plural(card.used, "time")}`;
      if (!card.last) return `The door "${card.rules.name}" ${used}.`;
      const saved = card.last.saved.map((s) => `${s.what} in ${placeWords(s)}`);
      return `The door "${card.rules.name}" ${used}; last: ${crossingWords(card.last)}. The processor saved ${list(saved) || "nothing"}.`;
    })
    .join(" ");
}
