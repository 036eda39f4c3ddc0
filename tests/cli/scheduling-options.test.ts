/** What `youcpu run` understands about scheduling, and what it says when it does not. */
import { describe, expect, it } from "vitest";
import { parseRunOptions } from "../../src/cli/run-options.js";

function scheduling(...words: string[]) {
  const options = parseRunOptions([...words, "--", "program"]);
  if (options === "help") throw new Error("no help was asked for");
  return options.scheduling;
}

describe("the words about scheduling", () => {
  it("say policy, slice, tick rate, preemption, and when to preempt", () => {
    expect(scheduling()).toEqual({ preemptAt: [] });
    expect(scheduling("--sched", "cfs")).toMatchObject({ scheduler: "cfs" });
    expect(scheduling("--sched", "eevdf", "--slice", "3ms")).toMatchObject({
      scheduler: { name: "eevdf", slice: 3e6 },
    });
    expect(scheduling("--slice=700us")).toMatchObject({ scheduler: { name: "round-robin", slice: 7e5 } });
    expect(scheduling("--hz", "250", "--preempt", "voluntary")).toMatchObject({
      timerHertz: 250,
      preemption: "voluntary",
    });
    expect(scheduling("--preempt-at", "5_000", "--preempt-at", "70")).toEqual({ preemptAt: [5000, 70] });
  });

  it.each([
    [["--sched", "fair"], /--sched fair: use round-robin, .*eevdf/],
    [["--sched", "cfs", "--slice", "3ms"], /cfs works out its turns itself/],
    [["--slice", "3"], /a time such as 5ms or 700us/],
    [["--slice", "0ms"], /a time such as/],
    [["--hz", "5000"], /19 to 1000/],
    [["--hz", "fast"], /19 to 1000/],
    [["--preempt", "yes"], /none, voluntary, full/],
    [["--preempt-at", "soon"], /a machine time/],
  ])("that are wrong are answered with what would be right: %j", (words, answer) => {
    expect(() => scheduling(...words)).toThrow(answer);
  });
});
