/** The league of a reader's scheduler. */
import { describe, expect, it } from "vitest";
import { readerLeague } from "../../src/cells/laboratory/reader-league.js";

const inTurn = (tasks: readonly { pid: number; waited: number }[]) => ({
  pid: tasks.reduce((best, task) => (task.waited > best.waited ? task : best)).pid,
  slice: 4,
});

describe("the league of c2.mine", () => {
  it("has the reader's function among all policies of the kernel, the fair ones first and by their worst latency", () => {
    const { rows, fairEnough } = readerLeague(inTurn, 1);
    expect(rows.map(({ name }) => name).sort()).toEqual(
      ["cfs", "cooperative", "eevdf", "round-robin", "target-latency", "yours"].sort(),
    );
    const isFair = rows.map(({ fairness }) => fairness >= fairEnough);
    expect(isFair).toEqual([...isFair].sort((a, b) => Number(b) - Number(a)));
    const fair = rows.filter(({ fairness }) => fairness >= fairEnough).map(({ latency }) => latency);
    expect(fair).toEqual([...fair].sort((a, b) => a - b));
  });

  it("puts a function that fails last, however quick it was before", () => {
    let calls = 0;
    const { rows } = readerLeague((tasks) => {
      if (++calls > 1000) throw new Error("enough");
      return inTurn(tasks);
    }, 1);
    expect(rows.at(-1)).toMatchObject({ name: "yours", isReader: true, hasFailed: true });
  });

  it("draws other workloads by another lot", () => {
    const latencies = (seed: number) => readerLeague(inTurn, seed).rows.map(({ latency }) => latency);
    expect(latencies(2)).not.toEqual(latencies(1));
    expect(latencies(2)).toEqual(latencies(2));
  });
});
