/** All exercises by name. A new one is a file here and a line below. */
import type { Exercise } from "./exercise.js";
import { oneByte } from "./x1-1.js";
import { callInside } from "./x1-2.js";
import { withoutLibrary } from "./x1-3.js";
import { ignored } from "./x1-4.js";
import { oneGate } from "./x1-5.js";
import { bothDoors } from "./x1-6.js";
import { lostInBuffer } from "./x1-7.js";
import { ticksASecond } from "./x2-1.js";
import { ticksOnce } from "./x2-2.js";
import { twelveHogs } from "./x2-3.js";
import { brokenPromise } from "./x2-4.js";
import { threeTimes } from "./x2-5.js";
import { lostUpdate } from "./x2-6.js";
import { betterThanTurns } from "./x2-7.js";

const ALL: readonly Exercise[] = [
  ...[oneByte, callInside, withoutLibrary, ignored, oneGate, bothDoors, lostInBuffer],
  ...[ticksASecond, ticksOnce, twelveHogs, brokenPromise, threeTimes, lostUpdate, betterThanTurns],
];

export const EXERCISES: ReadonlyMap<string, Exercise> = new Map(
  ALL.map((exercise) => [exercise.name, exercise]),
);
