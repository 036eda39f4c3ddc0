/**
 * Every live cell of every page, without a page: run to its end it keeps what its fence promises, and it does so again from
 * any moment, stepped forwards and back.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { loadOf, prepareRuns, runCell } from "../../src/book/cell-runs.js";
import { type CellSession, openSession } from "../../src/cells/cell-session.js";
import { brokenPromises } from "../../src/cells/expectations.js";
import { preparedScenario } from "../../src/cells/stage/make-stage.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { liveCells, readFixture } from "./live-fences.js";

const CELLS = liveCells();
const NAMED = CELLS.map((cell) => [cell.name, cell.place, cell] as const);

beforeAll(() => prepareRuns(readFixture));

function runOn(session: CellSession): MachineState {
  session.beginRun();
  while (session.slice(1_000_000));
  return session.state();
}

/** What a moment is, apart from what changed since the last look at it. */
function momentOf({
  time,
  registers,
  flags,
  output,
  calls,
  outcome,
  crossings,
  schedules,
  timer,
  frames,
}: MachineState) {
  return {
    ...{ time, output, outcome: outcome.kind, flags: flags.value, counts: crossings.counts, timer, frames },
    registers: registers.map(({ value }) => value),
    calls: calls.recent.map(({ text }) => text),
    decisions: schedules?.map(({ decision, now }) => ({ decision, now })),
  };
}

describe("a live cell of the book", () => {
  it.each(NAMED)("keeps its promises: %s (%s)", (_name, _place, cell) => {
    const promised = [...cell.attributes.keys()].filter((name) => name.startsWith("expect-"));
    expect(promised, "a cell states what its run must show").not.toEqual([]);
    const { last } = runCell(cell);
    expect(brokenPromises((name) => cell.attributes.get(name) ?? null, last)).toEqual([]);
  });

  it.each(NAMED)(
    "ends the same from any moment, and steps back as it stepped forwards: %s (%s)",
    (_name, _place, cell) => {
      const load = loadOf(cell);
      if (preparedScenario(load.scenario).kind === "answer") return;
      const opened = openSession(load);
      if (!("session" in opened)) throw new Error("a cell of the book cannot be opened");
      const { session } = opened;
      const forwards = [momentOf(session.state())];
      for (let n = 0; n < 12 && !session.isOver; n++) {
        session.step("instruction", false);
        const moment = momentOf(session.state());
        // A step that only finds out that nothing more happens takes no time.
        if (moment.time > forwards.at(-1)!.time) forwards.push(moment);
      }
      for (const moment of forwards.toReversed().slice(1)) {
        session.step("instruction", true);
        expect({ ...momentOf(session.state()), outcome: moment.outcome }).toEqual(moment);
      }
      const end = momentOf(runOn(session));
      session.seek(Math.floor((forwards[0]!.time + end.time) / 2));
      if (end.outcome === "limit") session.seek(end.time);
      const again = end.outcome === "limit" ? session.state() : runOn(session);
      expect({ ...momentOf(again), outcome: end.outcome }).toEqual(end);
    },
  );

  it("has a name that no other cell of the book has", () => {
    const names = CELLS.map((cell) => cell.name);
    expect(names).toEqual([...new Set(names)]);
  });

  it("is there for each cell that chapters 1 and 2 are planned with", () => {
    const first = [
      "step",
      "shift",
      "bytes",
      "modrm",
      "len15",
      "loop",
      "rip",
      "anarchy",
      "rings",
      "idt",
      "rawsys",
      "doors",
      "wrap",
      "cost",
    ];
    const second = [
      "freeze",
      "pit",
      "entries",
      "frame",
      "rr",
      "cost",
      "latency",
      "cfs",
      "eevdf",
      "cr3",
      "race",
      "kpreempt",
      "coop",
      "mine",
    ];
    const planned = [...first.map((name) => `c1.${name}`), ...second.map((name) => `c2.${name}`)];
    expect(CELLS.map((cell) => cell.name)).toEqual(expect.arrayContaining(planned));
  });
});
