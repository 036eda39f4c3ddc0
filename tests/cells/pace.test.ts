/** How many steps a run takes as time passes. */
import { describe, expect, it } from "vitest";
import { Pace } from "../../src/cells/pace.js";

/** Steps taken in so many milliseconds, when the clock is looked at every so often. */
function taken(pace: Pace, milliseconds: number, every: number): number {
  let steps = 0;
  for (let now = 0; now < milliseconds; now += every) steps += pace.due(now);
  return steps;
}

describe("a paced run", () => {
  it("takes its first step at once, and then as many a second as was said", () => {
    const pace = new Pace(4, 0);
    expect(pace.due(0)).toBe(1);
    expect(pace.due(100)).toBe(0);
    expect(pace.due(250)).toBe(1);
    expect(taken(new Pace(1000, 0), 1000, 16)).toBeGreaterThan(980);
    expect(taken(new Pace(1000, 0), 1000, 16)).toBeLessThanOrEqual(1001);
  });

  it("does not catch up what a slow machine missed", () => {
    const pace = new Pace(1000, 0);
    pace.due(0);
    expect(pace.due(10_000)).toBeLessThan(150);
  });

  it("is asked again at least twenty times a second, so that a new pace counts soon", () => {
    const pace = new Pace(1, 0);
    pace.due(0);
    expect(pace.wait(0)).toBe(50);
  });

  it("at full speed is never told to wait", () => {
    const pace = new Pace(undefined, 0);
    expect(pace.due(0)).toBeGreaterThan(10_000);
    expect(pace.wait(0)).toBe(0);
  });
});
