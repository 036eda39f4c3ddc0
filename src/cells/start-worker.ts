/** Where the worker's code is: beside the file that this one is bundled into. */
import { ReaderWorker, type WorkerLike } from "./policy/reader-worker.js";
import type { Load } from "./protocol.js";
import { scenarioNamed } from "./scenarios/index.js";

/** Starts a worker for what it will run; a reader's program in JavaScript has one of its own, with nothing else in it. */
export function startWorker(load?: Load): WorkerLike {
  if (load?.program.kind === "policy")
    return new ReaderWorker({ text: load.program.text, names: scenarioNamed(load.scenario).functions ?? [] });
  return new Worker(import.meta.resolve("./worker.js"), { type: "module", name: "machine" });
}
