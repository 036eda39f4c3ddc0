/** For scenarios that need no files of the book. */
import type { ReadFile } from "../../src/cells/scenarios/scenario.js";

export const noFiles: ReadFile = (name) => Promise.reject(new Error(`there is no file ${name}`));
