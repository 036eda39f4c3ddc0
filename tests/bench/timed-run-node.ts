/** What Node executes of `browser-command.ts`: `timedRun` for the file in the first argument, in a process of its own. */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { timedRun } from "./timed-run.js";

const file = process.argv[2];
if (file === undefined) throw new Error("the program's file is missing");
console.log(JSON.stringify(timedRun(readFileSync(file), () => performance.now())));
