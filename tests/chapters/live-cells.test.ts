/** Every live cell of every page, run to its end without a page: it must keep what its fence promises. */
import { describe, expect, it } from "vitest";
import { cellKind } from "../../src/cells/cell-kinds.js";
import { emptyState } from "../../src/cells/empty-state.js";
import { brokenPromises } from "../../src/cells/expectations.js";
import type { Load } from "../../src/cells/protocol.js";
import { Session } from "../../src/cells/session.js";
import { prepareSetting } from "../../src/cells/stage/make-stage.js";
import { tryInstructions } from "../../src/cells/stage/trials.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { type Cell, liveCells } from "./live-fences.js";

const CELLS = liveCells();

/** The state in which the cell's run ends. */
async function endOf({ attributes, source, place }: Cell): Promise<MachineState> {
  const text = source.replace(/\n$/, "");
  const load: Load = {
    program: { kind: "source", text },
    ...cellKind((name) => attributes.get(name) ?? null),
  };
  await prepareSetting(load.setting);
  if (load.setting === "trials") {
    const { trials, problems } = tryInstructions(load);
    expect(problems).toEqual([]);
    return { ...emptyState(), trials };
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
