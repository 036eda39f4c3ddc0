/** The page's end of a worker: made late, replaced when it breaks, ended when it does not answer. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FromWorker } from "../../src/cells/protocol.js";
import { WorkerLink } from "../../src/cells/worker-link.js";

/** A worker that says only what a test makes it say. */
class SilentWorker extends EventTarget {
  readonly heard: unknown[] = [];
  ended = false;

  postMessage(message: unknown): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  say(message: FromWorker): void {
    this.dispatchEvent(new MessageEvent("message", { data: message }));
  }
}

let workers: SilentWorker[];
let heard: FromWorker[];
let link: WorkerLink;

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  heard = [];
  const make = () => {
    const worker = new SilentWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  };
  link = new WorkerLink(make, (message) => heard.push(message));
});

afterEach(() => {
  vi.useRealTimers();
});

const ANSWER: FromWorker = { kind: "checked", number: 1, problems: [] };

describe("the link to a worker", () => {
  it("makes no worker before there is something to say", () => {
    expect(link.isAwake).toBe(false);
    link.post({ kind: "run" });
    link.post({ kind: "stop" });
    expect(workers).toHaveLength(1);
    expect(workers[0]?.heard).toEqual([{ kind: "run" }, { kind: "stop" }]);
  });

  it("ends a worker that does not answer, says so, and makes a fresh one for the next message", () => {
    link.post({ kind: "run" });
    vi.advanceTimersByTime(60_000);
    expect(workers[0]?.ended).toBe(true);
    expect(heard).toEqual([{ kind: "broken", reason: "it did not answer" }]);
    link.post({ kind: "run" });
    expect(workers).toHaveLength(2);
  });

  it("leaves a worker alone that has answered", () => {
    link.post({ kind: "run" });
    workers[0]?.say(ANSWER);
    vi.advanceTimersByTime(60_000);
    expect(heard).toEqual([ANSWER]);
    expect(link.isAwake).toBe(true);
  });

  it("ends a worker that reports a mistake of ours", () => {
    link.post({ kind: "run" });
    workers[0]?.say({ kind: "broken", reason: "out of range" });
    expect(heard).toEqual([{ kind: "broken", reason: "out of range" }]);
    expect(workers[0]?.ended).toBe(true);
  });

  it("does not hear a worker that it has ended", () => {
    link.post({ kind: "run" });
    link.end();
    workers[0]?.say(ANSWER);
    expect(heard).toEqual([]);
  });
});
