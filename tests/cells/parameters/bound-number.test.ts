/** Numbers within bounds: typed, stepped by keys, dragged. */
import { describe, expect, it } from "vitest";
import { constrained, keyedNumber, typedNumber } from "../../../src/cells/parameters/bound-number.js";
import type { NumberParameter } from "../../../src/cells/scenarios/scenario.js";

const SLICE: NumberParameter = {
  ...{ kind: "number", name: "slice", label: "timeslice", applies: "restart" },
  ...{ least: 1, most: 100, step: 0.5, value: 10 },
};

describe("a dragged number", () => {
  it("goes from one possible value to the next, and not beyond the bounds", () => {
    expect(constrained(SLICE, 3.3)).toBe(3.5);
    expect(constrained(SLICE, -4)).toBe(1);
    expect(constrained(SLICE, 1000)).toBe(100);
    expect(constrained({ ...SLICE, least: 0, step: 0.1 }, 0.30000000000000004)).toBe(0.3);
  });
});

describe("a typed number", () => {
  it("is exact, also between the steps of the slider", () => {
    expect(typedNumber(SLICE, "3.21")).toBe(3.21);
    expect(typedNumber(SLICE, "3,21")).toBe(3.21);
  });

  it("beyond the bounds is the bound, and what is none changes nothing", () => {
    expect(typedNumber(SLICE, "1e9")).toBe(100);
    expect(typedNumber(SLICE, "-1")).toBe(1);
    for (const text of ["", " ", "ten", "1e", "NaN", "Infinity"])
      expect(typedNumber(SLICE, text)).toBeUndefined();
  });
});

describe("a key", () => {
  const press = (key: string, shiftKey = false) => keyedNumber(SLICE, 10, { key, shiftKey });

  it("goes a step, with Shift a tenth of it, with the page keys ten, and to the ends", () => {
    expect([press("ArrowUp"), press("ArrowDown"), press("ArrowRight"), press("ArrowLeft")]).toEqual([
      10.5, 9.5, 10.5, 9.5,
    ]);
    expect([press("ArrowUp", true), press("ArrowDown", true)]).toEqual([10.05, 9.95]);
    expect([press("PageUp"), press("PageDown"), press("Home"), press("End")]).toEqual([15, 5, 1, 100]);
  });

  it("that means nothing here is left to others", () => {
    expect(press("a")).toBeUndefined();
    expect(press("Tab")).toBeUndefined();
  });
});
