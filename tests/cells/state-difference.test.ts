/** States arrive at the page as they left the worker, although what has not changed is posted once. */
import { beforeAll, describe, expect, it } from "vitest";
import { loadOf, prepareRuns } from "../../src/book/cell-runs.js";
import { openSession } from "../../src/cells/cell-session.js";
import { emptyState } from "../../src/cells/empty-state.js";
import type { FromWorker } from "../../src/cells/protocol.js";
import { preparedScenario } from "../../src/cells/stage/make-stage.js";
import { joinDifferences, type Posted, postDifferences } from "../../src/cells/state-difference.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { liveCells, readFixture } from "../chapters/live-fences.js";

/** A worker's end and the page's, with a copy in between as a message makes it. */
function channel() {
  const crossed: Posted[] = [];
  const arrived: FromWorker[] = [];
  const join = joinDifferences();
  const post = postDifferences((message) => {
    crossed.push(structuredClone(message));
    arrived.push(join(structuredClone(message)));
  });
  return { crossed, arrived, post };
}

const NAMED = liveCells().map((cell) => [cell.name, cell] as const);

describe("a state on its way to the page", () => {
  beforeAll(() => prepareRuns(readFixture));

  it.each(NAMED)("arrives whole at every moment of a cell's run: %s", (_name, cell) => {
    const load = loadOf(cell);
    if (preparedScenario(load.scenario).kind === "answer") return;
    const opened = openSession(load);
    if (!("session" in opened)) throw new Error("a cell of the book cannot be opened");
    const { session } = opened;
    const { arrived, post } = channel();
    const sent: MachineState[] = [];
    const look = () => {
      const state = session.state();
      sent.push(structuredClone(state));
      post({ kind: "state", state, after: sent.length });
    };
    look();
    for (let n = 0; n < 6; n++) {
      session.step("event", false);
      look();
    }
    session.beginRun();
    while (session.slice(1_000_000)) look();
    look();
    for (let n = 0; n < 6; n++) {
      session.step(n % 2 ? "event" : "instruction", true);
      look();
    }
    session.seek(sent[0]!.time);
    look();
    expect(arrived).toEqual(sent.map((state, n) => ({ kind: "state", state, after: n + 1 })));
  });

  const stateWith = (parts: Partial<MachineState>): FromWorker => ({
    kind: "state",
    state: { ...emptyState(), ...parts },
    after: 1,
  });

  it("leaves behind what is the same object, and only that", () => {
    const { crossed, arrived, post } = channel();
    const marks = [{ time: 1, kind: "call", says: "write" }] as const;
    const timeline = { unit: "instruction", start: 0, end: 9, marks } as const;
    post(stateWith({ timeline }));
    post(stateWith({ timeline: { ...timeline, end: 10 } }));
    expect(crossed[1]).toMatchObject({ same: expect.arrayContaining([["timeline", "marks"]]) });
    expect(crossed[1]).toMatchObject({ state: { timeline: { end: 10, marks: null } } });
    const [first, second] = arrived.map((one) => one.kind === "state" && one.state.timeline);
    expect(second).toEqual({ ...timeline, end: 10 });
    expect(second && first && second.marks === first.marks).toBe(true);
  });

  it("is not confused by a part that was there before the last state", () => {
    const { arrived, post } = channel();
    const events = [{ index: 1, time: 2, kind: "call", says: "write" }] as const;
    for (const parts of [{ events }, {}, { events }]) post(stateWith(parts));
    expect(arrived.map((one) => one.kind === "state" && one.state.events)).toEqual([
      events,
      undefined,
      events,
    ]);
  });

  it("takes from the last state only what is its own, whatever a worker names", () => {
    const join = joinDifferences();
    const first = stateWith({ output: "kept" });
    join(first);
    const odd = [["__proto__"], ["constructor", "prototype"], ["listing", "length", "x"], [], ["nothing"]];
    const next = stateWith({ output: "new" });
    expect(join({ ...next, same: odd } as Posted)).toEqual(next);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
