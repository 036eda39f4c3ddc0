/**
 * A moment as a link carries it: which cell, what differs from the book's version of it, what came in from outside, and
 * where in time to look at what. It is data; whoever opens it decides what to do with it.
 */
import type { LoggedInput } from "../../machine/time/timeline.js";
import type { WorldInput } from "../../trace/input.js";
import { parseReference } from "../../trace/reference-text.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import { readInput, writeInput } from "./input-text.js";
import type { TextEdit } from "./text-edit.js";

export interface Moment {
  /** The cell's name. */
  readonly cell: string;
  /** Fingerprint of the book's version from which the differences are counted. */
  readonly of: string;
  /** From the book's text to this one. */
  readonly edit: TextEdit;
  /** Those that are not the book's. */
  readonly parameters: ParameterValues;
  readonly inputs: readonly LoggedInput<WorldInput>[];
  /** t */
  readonly time: number;
  /** The thing that is lit up, as the text of a reference. */
  readonly lit?: string;
}

/** A link holds no more; nobody makes more by hand. */
const MOST_INPUTS = 10_000;

/** The moment as an array that JSON can write. */
export function momentToJson(moment: Moment): unknown {
  const { cell, of, edit, parameters, inputs, time, lit } = moment;
  const written = inputs.map((one) => [one.time, ...writeInput(one.input)]);
  return [cell, of, time, edit, parameters, written, ...(lit === undefined ? [] : [lit])];
}

/** The moment, or what is wrong with the data, as a clause. */
export function momentFromJson(value: unknown): Moment | string {
  if (!Array.isArray(value) || value.length < 6) return "it is not a list of six parts or more";
  const [cell, of, time, edit, parameters, inputs, lit] = value as unknown[];
  if (typeof cell !== "string" || cell === "") return "it names no cell";
  if (typeof of !== "string") return "it does not say from which version of the cell it was made";
  if (!isTime(time)) return "its time is not a whole number of steps";
  if (!isEdit(edit)) return "its change of the program is not one";
  if (!isParameters(parameters)) return "its parameters are not names with numbers or words";
  if (!Array.isArray(inputs) || inputs.length > MOST_INPUTS) return "its inputs are not a short list";
  const read = inputs.map(loggedInput);
  if (read.some((one) => one === undefined)) return "one of its inputs is not one";
  if (lit !== undefined && (typeof lit !== "string" || !parseReference(lit)))
    return "what it lights up is not a reference";
  return {
    ...{ cell, of, time, edit, parameters },
    inputs: read as LoggedInput<WorldInput>[],
    ...(lit === undefined ? {} : { lit }),
  };
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isEdit(value: unknown): value is TextEdit {
  if (!Array.isArray(value)) return false;
  return value.every((part) => typeof part === "string" || (Number.isSafeInteger(part) && part !== 0));
}

function isParameters(value: unknown): value is ParameterValues {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => typeof one === "string" || Number.isFinite(one));
}

function loggedInput(value: unknown): LoggedInput<WorldInput> | undefined {
  if (!Array.isArray(value) || !isTime(value[0])) return undefined;
  const input = readInput(value.slice(1));
  return input && { time: value[0], input };
}
