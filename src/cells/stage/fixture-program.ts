/** A compiled program of the book as what a cell runs. */
import type { Program } from "../protocol.js";
import type { ReadFile } from "../scenarios/scenario.js";

/** What every program of the book finds in its environment. */
const ENVIRONMENT = ["PATH=/usr/bin:/bin", "HOME=/root"];

/** Reads the program `name`; what it gives back makes it what a cell runs, with the arguments of one load. */
export async function fixtureProgram(
  name: string,
  readFile: ReadFile,
): Promise<(...args: string[]) => Extract<Program, { kind: "elf" }>> {
  const bytes = await readFile(name);
  return (...args) => ({ kind: "elf", name, bytes, args, environment: ENVIRONMENT, input: "" });
}
