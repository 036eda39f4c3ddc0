/** The load average. */
import { describe, expect, it } from "vitest";
import { LoadAverage } from "../../../src/kernel/sched/load-average.js";

const HERTZ = 100;

function loadAfter(seconds: number, active: (second: number) => number): LoadAverage {
  const load = new LoadAverage();
  for (let tick = 1; tick <= seconds * HERTZ; tick++)
    load.tick(tick, HERTZ, active(Math.floor(tick / HERTZ)));
  return load;
}

describe("the load average", () => {
  it("has come near by 1 − 1/e after its own time", () => {
    expect(Number(loadAfter(61, () => 1).text.split(" ")[0])).toBeCloseTo(1 - Math.exp(-1), 1);
    expect(Number(loadAfter(301, () => 4).text.split(" ")[1])).toBeCloseTo(4 * (1 - Math.exp(-1)), 1);
    expect(Number(loadAfter(901, () => 10).text.split(" ")[2])).toBeCloseTo(10 * (1 - Math.exp(-1)), 0);
  });

  it("falls when nobody wants the CPU, and is not looked at between two periods", () => {
    const [one] = loadAfter(120, (second) => (second < 60 ? 2 : 0))
      .text.split(" ")
      .map(Number);
    expect(one).toBeCloseTo(2 * (1 - Math.exp(-1)) * Math.exp(-1), 1);
    expect(loadAfter(5, () => 100).text).toBe("0.00 0.00 0.00");
  });

  it("is told to sysinfo with 16 bits behind the point", () => {
    const load = loadAfter(2000, () => 3);
    expect(load.text.split(" ")[0]).toBe("3.00");
    expect(Number(load.scaled(16)[0]) / 65536).toBeCloseTo(3, 1);
  });
});
