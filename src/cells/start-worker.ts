/** Where the worker's code is: beside the file that this one is bundled into. */
import { ReaderWorker, type WorkerLike } from "./policy/reader-worker.js";
import type { Load } from "./protocol.js";
import { scenarioNamed } from "./scenarios/index.js";
import { WorkerStock } from "./worker-stock.js";

/** At least that long a page is left alone before a worker is made that nobody has asked for. */
const LATER_MS = 600;

const stock = new WorkerStock(
  () => new Worker(import.meta.resolve("./worker.js"), { type: "module", name: "machine" }),
  (action) => setTimeout(action, LATER_MS),
);

/** Not `scroll`, which a page does by itself when it opens at a heading. */
for (const sign of ["pointerdown", "keydown", "wheel", "touchstart"])
  globalThis.addEventListener?.(sign, () => stock.open(), { once: true, passive: true });

/** Starts a worker for what it will run; a reader's program in JavaScript has one of its own, with nothing else in it. */
export function startWorker(load?: Load): WorkerLike {
  if (load?.program.kind === "policy")
    return new ReaderWorker({ text: load.program.text, names: scenarioNamed(load.scenario).functions ?? [] });
  return stock.take();
}
