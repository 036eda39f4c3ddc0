/** The worker of one cell: hears messages, runs in slices, posts states. What it runs is in `session.ts`. */
import type { ToWorker, WarmUp } from "./protocol.js";
import { readProgram } from "./read-program.js";
import { type Posted, postDifferences } from "./state-difference.js";
import { WorkerDesk } from "./worker-desk.js";

interface WorkerScope {
  postMessage(message: Posted): void;
  onmessage: ((event: { data: ToWorker | WarmUp }) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const { port1, port2 } = new MessageChannel();

// A message to oneself lets messages of the page come first, and is not held back as nested timers are.
const desk = new WorkerDesk({
  post: postDifferences((message) => scope.postMessage(message)),
  soon: (milliseconds) => {
    if (milliseconds === 0) port2.postMessage(0);
    else setTimeout(() => desk.runSlice(), milliseconds);
  },
  milliseconds: () => performance.now(),
  readFile: readProgram,
});
port1.onmessage = () => desk.runSlice();
scope.onmessage = ({ data }) => void desk.hear(data);
