/** How a reader likes the cells to be, on all pages: kept like everything else in the browser. */
import { keep } from "./keep/keep.js";

const SINGLE_KEYS = "settings/single-keys";

const boolean = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

/** Whether single keys are shortcuts. */
export const singleKeys = (): boolean => keep.read(SINGLE_KEYS, boolean) ?? true;

export function setSingleKeys(on: boolean): void {
  keep.write(SINGLE_KEYS, on);
}
