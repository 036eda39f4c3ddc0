/** Where the worker's code is: beside the file that this one is bundled into. */

/** Starts the worker of one cell. */
export function startWorker(): Worker {
  return new Worker(import.meta.resolve("./worker.js"), { type: "module", name: "machine" });
}
