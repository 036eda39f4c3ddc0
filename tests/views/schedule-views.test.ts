/** The views of scheduling, drawn in a document without a window from schedules that the kernel's policies made. */
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { emptyState } from "../../src/cells/empty-state.js";
import { conduct, type Experiment } from "../../src/cells/laboratory/laboratory.js";
import { scheduleAt } from "../../src/cells/laboratory/schedule-at.js";
import { MILLISECOND } from "../../src/kernel/sched/laboratory/schedule.js";
import { editor, hog } from "../../src/kernel/sched/laboratory/workload.js";
import { loadView, type ViewName } from "../../src/views/index.js";
import type { MachineState } from "../../src/views/machine-state.js";

const experiment = (name: "round-robin" | "cfs" | "eevdf"): Experiment => ({
  name,
  title: name,
  workload: { name: "two", tasks: [editor("editor"), hog("hog")] },
  options: { policy: name, duration: 300 * MILLISECOND },
});

function stateAt(milliseconds: number): MachineState {
  const schedules = conduct((["round-robin", "cfs", "eevdf"] as const).map(experiment));
  return { ...emptyState(), schedules: schedules.map((one) => scheduleAt(one, milliseconds * MILLISECOND)) };
}

async function drawn(name: ViewName, state: MachineState): Promise<HTMLElement> {
  const { document } = new JSDOM("<div></div>").window;
  const element = document.querySelector("div")!;
  const view = await loadView(name);
  view.draw(element, stateAt(1));
  view.draw(element, state);
  return element;
}

describe("views of scheduling", () => {
  const state = stateAt(150);

  it("draw a chart for each schedule, and the same again after another moment", async () => {
    for (const name of ["gantt", "run-queue", "latencies"] as const) {
      const element = await drawn(name, state);
      expect(element.querySelectorAll("figure"), name).toHaveLength(3);
      const fresh = new JSDOM("<div></div>").window.document.querySelector("div")!;
      (await loadView(name)).draw(fresh, state);
      expect(element.innerHTML, name).toBe(fresh.innerHTML);
    }
  });

  it("give each turn of a task its block, within the picture", async () => {
    const element = await drawn("gantt", state);
    const blocks = [...element.querySelectorAll(".segment.user")].flatMap((one) =>
      [...(one.getAttribute("d") ?? "").matchAll(/M([\d.]+),/g)].map(([, x]) => Number(x)),
    );
    expect(blocks.length).toBeGreaterThan(6);
    expect(Math.min(...blocks)).toBeGreaterThanOrEqual(84);
    expect(Math.max(...blocks)).toBeLessThan(720);
  });

  it("mark the chosen task and the mean V of EEVDF", async () => {
    const element = await drawn("run-queue", state);
    expect(element.querySelectorAll(".chosen").length).toBeGreaterThanOrEqual(1);
    expect(element.textContent).toMatch(/V, the mean: \d/);
  });

  it("compare measures in a table whose best values are marked", async () => {
    const element = await drawn("measures", state);
    expect(element.querySelectorAll("tr").length).toBeGreaterThan(4);
    expect(element.querySelectorAll("td.best").length).toBeGreaterThan(2);
  });

  it("say in words what they draw", async () => {
    for (const name of ["gantt", "run-queue", "latencies", "measures"] as const) {
      expect((await loadView(name)).describe(state), name).toMatch(/^round-robin.*cfs.*eevdf.*\.$/s);
    }
  });
});
