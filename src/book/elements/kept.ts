/** The reader's progress on this page, in the browser's own storage where that is allowed. */
import { type Keeper, Progress } from "../progress.js";

function storage(): Keeper | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** One for the page. */
export const progress = new Progress(storage());
