/** What a worker answers to each message, and that a long run leaves room for `stop`. */
import { beforeEach, describe, expect, it } from "vitest";
import { type FromWorker, LIMITS, type Load, type ToWorker } from "../../src/cells/protocol.js";
import { WorkerDesk } from "../../src/cells/worker-desk.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { noFiles } from "./no-files.js";

const STEP: ToWorker = { kind: "step", unit: "instruction", back: false };

const FOREVER = "again:\n    inc rax\n    jmp again";

let posted: FromWorker[];
let slices: number;
let desk: WorkerDesk;

/** A world in which time passes by slices, and slices only when a test says so. */
beforeEach(() => {
  posted = [];
  slices = 0;
  desk = new WorkerDesk({
    post: (message) => posted.push(structuredClone(message)),
    soon: () => slices++,
    milliseconds: () => 0,
    readFile: noFiles,
  });
});

async function hear(...messages: ToWorker[]): Promise<void> {
  for (const message of messages) await desk.hear(message);
}

function load(text: string, more: Partial<Load> = {}): ToWorker {
  const program = { kind: "source" as const, text };
  return {
    kind: "load",
    number: 1,
    load: {
      program,
      scenario: "bare",
      parameters: {},
      show: ["registers"],
      limits: LIMITS,
      gates: [],
      rings: [0, 3],
      ...more,
    },
  };
}

function slice(): void {
  slices--;
  desk.runSlice();
}

const last = (): MachineState => {
  const message = posted[posted.length - 1];
  if (message?.kind !== "state") throw new Error(`the last message is ${JSON.stringify(message)}`);
  return message.state;
};

describe("a worker", () => {
  it("answers a load with no problems and the first frame", async () => {
    await hear(load("    hlt"));
    expect(posted.map((message) => message.kind)).toEqual(["checked", "state"]);
    expect(posted[0]).toEqual({ kind: "checked", number: 1, problems: [] });
    expect(last().outcome).toEqual({ kind: "ready" });
  });

  it("keeps the machine that was there when a new source is wrong", async () => {
    await hear(load("    mov eax, 7"), load("    mov eax,, 7"), STEP);
    expect(posted.map((message) => message.kind)).toEqual(["checked", "state", "checked", "state"]);
    expect(last().registers[0]?.value).toBe(7n);
  });

  it("runs in slices, and stops between two of them", async () => {
    await hear(load(FOREVER), { kind: "run" });
    expect(last().outcome.kind).toBe("running");
    slice();
    slice();
    expect(slices).toBe(1);
    await hear({ kind: "stop" });
    expect(last().outcome.kind).toBe("paused");
    const { steps } = last();
    expect(steps).toBeGreaterThan(0);
    slice();
    expect(slices).toBe(0);
    expect(last().steps).toBe(steps);
  });

  it("does not start a second run when asked twice", async () => {
    await hear(load(FOREVER), { kind: "run" }, { kind: "run" });
    expect(slices).toBe(1);
  });

  it("goes on after a pause", async () => {
    await hear(load(FOREVER), { kind: "run" });
    slice();
    await hear({ kind: "stop" }, { kind: "run" });
    expect(last().outcome.kind).toBe("running");
  });

  it("says when the budget is used up", async () => {
    await hear(load(FOREVER, { limits: { ...LIMITS, instructions: 5000 } }), { kind: "run" });
    slice();
    expect(last().outcome).toEqual({ kind: "limit", instructions: 5000 });
    expect(slices).toBe(0);
  });

  it("makes a fresh machine of every load", async () => {
    await hear(load("    inc rax\n    hlt"), STEP, load("    inc rax\n    hlt"));
    expect(last()).toMatchObject({ steps: 0, outcome: { kind: "ready" } });
  });

  it("ignores steps before the first load", async () => {
    await hear(STEP);
    expect(posted).toEqual([]);
  });

  it("tries the lines of a list at once", async () => {
    await hear(load("hlt\nnop", { scenario: "trials" }));
    expect(last().trials).toHaveLength(4);
  });

  it("turns changed bytes into lines of source that assemble to them", async () => {
    await hear(
      { kind: "recode", line: 3, bytes: [0x83, 0xeb, 0x0a] },
      { kind: "recode", line: 1, bytes: [0x66, 0x05, 0, 2, 0x06] },
    );
    expect(posted[0]).toEqual({ kind: "recoded", line: 3, text: ["sub ebx, 0xa"] });
    expect(posted[1]).toMatchObject({ kind: "recoded", text: ["add ax, 0x200", ".byte 0x06"] });
  });
});
