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

interface DoorCard {
  readonly door: Entry;
  readonly name: string;
  readonly used: number;
  /** How the processor finds the kernel through this door. */
  readonly finds: string;
  readonly last: Crossing | undefined;
}

const NAMES: Readonly<Record<Entry, string>> = {
  exception: "Exception",
  interrupt: "Interrupt, int n",
  syscall: "syscall",
};

function cardsOf(state: MachineState): DoorCard[] {
  const lstar = state.tables?.syscallEntry;
  const finds: Readonly<Record<Entry, string>> = {
    exception: "the gate with the exception's number, in memory",
    interrupt: "the gate with the number n, if its DPL allows",
    syscall: lstar
      ? `IA32_LSTAR, a register: ${lstar.name ?? hex(lstar.value)}`
      : "IA32_LSTAR, a register (switched off here)",
  };
  return (["exception", "interrupt", "syscall"] as const).map((door) => ({
    door,
    name: NAMES[door],
    used: state.crossings.counts[door],
    finds: finds[door],
    last: state.crossings.latest[door],
  }));
}

interface Row {
  readonly what: string;
  readonly says: string;
}

/** What happened at a passage, in the order in which the processor does it. */
function rowsOf({ last, finds }: DoorCard): Row[] {
  if (!last) return [{ what: "finds the kernel by", says: finds }];
  const moved = last.stackBefore !== last.stackAfter;
  return [
    { what: "last time", says: crossingWords(last) },
    { what: "finds the kernel by", says: finds },
    { what: "goes to", says: last.targetName ?? hex(last.target) },
    {
      what: "stack",
      says: moved ? `from ${hex(last.stackBefore)} to ${hex(last.stackAfter)}` : "stays the program's own",
    },
    { what: savedWhere(last), says: last.saved.map(savedWords).join("\n") },
  ];
}

function savedWhere({ saved }: Crossing): string {
  if (saved.length === 0) return "the processor saves";
  return typeof saved[0]?.place === "string"
    ? "the processor saves, in registers"
    : "the processor saves, on that stack";
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
  cards.select("h4").text((d) => d.name);
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
      if (!card.last) return `The door "${card.name}" ${used}.`;
      const saved = card.last.saved.map((s) => `${s.what} in ${placeWords(s)}`);
      return `The door "${card.name}" ${used}; last: ${crossingWords(card.last)}. The processor saved ${list(saved) || "nothing"}.`;
    })
    .join(" ");
}
