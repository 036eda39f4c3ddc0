/** Every live cell of every page, run to its end without a page: it must keep what its fence promises. */
import { describe, expect, it } from "vitest";
import { programOf, setUpOf } from "../../src/cells/cell-attributes.js";
import { brokenPromises } from "../../src/cells/expectations.js";
import type { Load } from "../../src/cells/protocol.js";
import { Session } from "../../src/cells/session.js";
import { prepareScenario } from "../../src/cells/stage/make-stage.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { type Cell, liveCells, readFixture } from "./live-fences.js";

const CELLS = liveCells();

/** The state in which the cell's run ends. */
async function endOf({ language, attributes, source, place }: Cell): Promise<MachineState> {
  const load: Load = {
    program: programOf(language, source.replace(/\n$/, "")),
    ...setUpOf((name) => attributes.get(name) ?? null),
  };
  const prepared = await prepareScenario(load.scenario, readFixture);
  if (prepared.kind === "answer") {
    const { state, problems } = prepared.answer(load);
    expect(problems).toEqual([]);
    return state;
  }
  const opened = Session.open(load);
  if (!("session" in opened)) throw new Error(`${place}: ${JSON.stringify(opened)}`);
  const { session } = opened;
  session.beginRun();
  while (session.slice(1_000_000));
  return session.state();
}

describe("a live cell of the book", () => {
  it.each(CELLS.map((cell) => [cell.name, cell.place, cell] as const))(
    "keeps its promises: %s (%s)",
    async (_name, _place, cell) => {
      const promised = [...cell.attributes.keys()].filter((name) => name.startsWith("expect-"));
      expect(promised, "a cell states what its run must show").not.toEqual([]);
      expect(brokenPromises((name) => cell.attributes.get(name) ?? null, await endOf(cell))).toEqual([]);
    },
  );

  it("has a name that no other cell of the book has", () => {
    const names = CELLS.map((cell) => cell.name);
    expect(names).toEqual([...new Set(names)]);
  });

  it("is there for each of the cells that chapter 1 opens with", () => {
    const names = CELLS.map((cell) => cell.name);
    expect(names).toEqual(expect.arrayContaining(["c1.step", "c1.bytes", "c1.rings", "c1.idt", "c1.doors"]));
  });
});
