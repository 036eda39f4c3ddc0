/** What the attributes of a live cell mean, and what is wrong with them. */
import { describe, expect, it } from "vitest";
import { programOf, setUpOf, wrongWith } from "../../src/cells/cell-attributes.js";
import { SCENARIOS } from "../../src/cells/scenarios/index.js";
import { defaultValues, type NumberParameter, readParameter } from "../../src/cells/scenarios/scenario.js";
import { VIEW_NAMES } from "../../src/views/index.js";

const setUp = (attributes: Record<string, string>) => setUpOf((name) => attributes[name] ?? null);

describe("a cell", () => {
  it("is a bare program with registers and flags unless it says something else", () => {
    expect(setUp({})).toMatchObject({ scenario: "bare", show: ["registers", "flags"], parameters: {} });
  });

  it("takes views from its scenario, or names its own", () => {
    expect(setUp({ scenario: "trials" }).show).toEqual(["trials"]);
    expect(setUp({ scenario: "trials", show: "trials,output" }).show).toEqual(["trials", "output"]);
  });

  it("may have a budget of its own", () => {
    expect(setUp({ limit: "1000" }).limits.instructions).toBe(1000);
  });

  it("with an unknown scenario is a mistake of the page", () => {
    expect(() => setUp({ scenario: "real" })).toThrow(/there is bare/);
  });
});

describe("the program of a cell", () => {
  it("is assembly, a policy, or nothing", () => {
    expect(programOf("asm", "nop")).toEqual({ kind: "source", text: "nop" });
    expect(programOf("js", "pick")).toEqual({ kind: "policy", text: "pick" });
    expect(programOf("none", "")).toEqual({ kind: "none" });
  });

  it("must be in a language that the scenario takes", () => {
    expect(wrongWith("none", new Map([["scenario", "bare"]]))).toMatch(/takes no “none”; it takes asm/);
  });
});

describe("a number among the parameters", () => {
  const slice: NumberParameter = {
    ...{ kind: "number", name: "slice", label: "timeslice", applies: "restart" },
    ...{ least: 1, most: 100, step: 1, value: 10, unit: "ms" },
  };

  it.each([
    ["10", { value: 10 }],
    ["2.5", { value: 2.5 }],
    ["", { wrong: "“” is not a number" }],
    ["ten", { wrong: "“ten” is not a number" }],
    ["0", { wrong: "0 is not between 1 and 100 ms" }],
    ["1e9", { wrong: "1e9 is not between 1 and 100 ms" }],
  ])("is judged: %s", (text, said) => {
    expect(readParameter(slice, text)).toEqual(said);
  });
});

describe.each([...SCENARIOS.values()].map((scenario) => [scenario.name, scenario] as const))(
  "the scenario %s",
  (_name, scenario) => {
    it("shows views that there are", () => {
      expect(scenario.show.filter((name) => !VIEW_NAMES.some((known) => known === name))).toEqual([]);
    });

    it("has parameters whose defaults it would accept", () => {
      for (const parameter of scenario.parameters) {
        expect(parameter.name).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(readParameter(parameter, String(parameter.value))).toEqual({ value: parameter.value });
      }
      expect(Object.keys(defaultValues(scenario))).toHaveLength(scenario.parameters.length);
    });
  },
);
