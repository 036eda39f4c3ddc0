/** All exercises by name. A new one is a file here and a line below. */
import type { Exercise } from "./exercise.js";
import { oneByte } from "./x1-1.js";
import { callInside } from "./x1-2.js";
import { withoutLibrary } from "./x1-3.js";
import { ignored } from "./x1-4.js";
import { oneGate } from "./x1-5.js";
import { bothDoors } from "./x1-6.js";
import { lostInBuffer } from "./x1-7.js";

const ALL: readonly Exercise[] = [
  ...[oneByte, callInside, withoutLibrary, ignored, oneGate, bothDoors, lostInBuffer],
];

export const EXERCISES: ReadonlyMap<string, Exercise> = new Map(
  ALL.map((exercise) => [exercise.name, exercise]),
);
