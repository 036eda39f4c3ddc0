import { describe, expect, it } from "vitest";
import type { WorkerLike } from "../../src/cells/policy/reader-worker.js";
import { WorkerStock } from "../../src/cells/worker-stock.js";

/** A worker that can be told that it failed. */
class FakeWorker {
  readonly heard: unknown[] = [];
  ended = false;
  private readonly failed: ((event: Event) => void)[] = [];
  postMessage(message: unknown): void {
    this.heard.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  addEventListener(kind: string, listener: (event: Event) => void): void {
    if (kind === "error") this.failed.push(listener);
  }
  fail(): void {
    for (const listener of this.failed) listener(new Event("error"));
  }
}

function stockOf(isOpen = true) {
  const made: FakeWorker[] = [];
  const waiting: (() => void)[] = [];
  const stock = new WorkerStock(
    () => {
      const worker = new FakeWorker();
      made.push(worker);
      return worker as unknown as WorkerLike;
    },
    (action) => waiting.push(action),
  );
  if (isOpen) stock.open();
  /** Takes one; says which it was. */
  const take = () => {
    const worker = stock.take();
    const mark = {};
    worker.postMessage(mark);
    return { worker, number: made.findIndex(({ heard }) => heard.includes(mark)) };
  };
  const taken = () => take().number;
  return { stock, made, take, taken, idle: () => waiting.splice(0).forEach((action) => action()) };
}

describe("the stock of workers", () => {
  it("makes the first one when it is asked for, and the next one later, warmed up", () => {
    const { made, taken, idle } = stockOf();
    expect(taken()).toBe(0);
    expect(made).toHaveLength(1);
    idle();
    expect(made).toHaveLength(2);
    expect(made[1]!.heard).toEqual([{ kind: "warm up" }]);
    expect(taken()).toBe(1);
  });

  it("makes none in advance before the reader has touched the page", () => {
    const { stock, made, taken, idle } = stockOf(false);
    taken();
    idle();
    expect(made).toHaveLength(1);
    stock.open();
    idle();
    expect(made).toHaveLength(2);
  });

  it("has one at most", () => {
    const { made, taken, idle } = stockOf();
    taken();
    taken();
    idle();
    idle();
    expect(made).toHaveLength(3);
  });

  it("keeps none that has failed", () => {
    const { made, taken, idle } = stockOf();
    taken();
    idle();
    made[1]!.fail();
    expect(made[1]!.ended).toBe(true);
    expect(taken()).toBe(2);
  });

  it("ends with the last worker in use, and makes no other for a page where nobody is left", () => {
    const { made, take, idle } = stockOf();
    const [first, second] = [take().worker, take().worker];
    idle();
    first.terminate();
    first.terminate();
    expect(made.map(({ ended }) => ended)).toEqual([true, false, false]);
    second.terminate();
    expect(made.map(({ ended }) => ended)).toEqual([true, true, true]);
    take().worker.terminate();
    idle();
    expect(made).toHaveLength(4);
  });
});
