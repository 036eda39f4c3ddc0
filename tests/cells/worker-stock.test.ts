import { describe, expect, it } from "vitest";
import type { WorkerLike } from "../../src/cells/policy/reader-worker.js";
import { WorkerStock } from "../../src/cells/worker-stock.js";

/** A worker by its number, which can be told that it failed. */
class FakeWorker {
  private readonly failed: ((event: Event) => void)[] = [];
  constructor(readonly number: number) {}
  postMessage(): void {}
  terminate(): void {}
  addEventListener(kind: string, listener: (event: Event) => void): void {
    if (kind === "error") this.failed.push(listener);
  }
  fail(): void {
    for (const listener of this.failed) listener(new Event("error"));
  }
}

function stockOf() {
  const made: FakeWorker[] = [];
  const waiting: (() => void)[] = [];
  const stock = new WorkerStock(
    () => {
      const worker = new FakeWorker(made.length);
      made.push(worker);
      return worker as unknown as WorkerLike;
    },
    (action) => waiting.push(action),
  );
  const taken = () => (stock.take() as unknown as FakeWorker).number;
  return { stock, made, taken, idle: () => waiting.splice(0).forEach((action) => action()) };
}

describe("the stock of workers", () => {
  it("makes the first one when it is asked for, and the next one later", () => {
    const { made, taken, idle } = stockOf();
    expect(taken()).toBe(0);
    expect(made).toHaveLength(1);
    idle();
    expect(made).toHaveLength(2);
    expect(taken()).toBe(1);
  });

  it("has one at most", () => {
    const { stock, made, taken, idle } = stockOf();
    taken();
    taken();
    stock.restock();
    idle();
    stock.restock();
    idle();
    expect(made).toHaveLength(3);
  });

  it("keeps none that has failed", () => {
    const { made, taken, idle } = stockOf();
    taken();
    idle();
    made[1]!.fail();
    expect(taken()).toBe(2);
  });
});
