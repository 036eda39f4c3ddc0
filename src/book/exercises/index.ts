/** All exercises by name. A new one is a file here and a line below. */
import type { Exercise } from "./exercise.js";

const ALL: readonly Exercise[] = [];

export const EXERCISES: ReadonlyMap<string, Exercise> = new Map(
  ALL.map((exercise) => [exercise.name, exercise]),
);
