/**
 * What is kept of one cell: the reader's text and parameters where they differ from the book's, with the fingerprint of
 * what they were made from. When the book has changed since, the reader is offered both.
 */
import type { ParameterValues } from "../scenarios/scenario.js";
import { fingerprint } from "./fingerprint.js";
import type { Keep } from "./keep.js";

/** Where two sets of values differ, those of the first. */
export function differing(values: ParameterValues, from: ParameterValues): ParameterValues {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => from[name] !== value));
}

/** A reader's version. */
export interface KeptCell {
  /** Absent when the text is the book's. */
  readonly text?: string;
  /** Only those that are not the book's. */
  readonly parameters: ParameterValues;
}

/** What the book itself has in the cell. */
export interface CellDefault {
  readonly text: string;
  readonly parameters: ParameterValues;
}

interface Stored extends KeptCell {
  readonly of: string;
}

const keyOf = (name: string): string => `cell/${name}`;

/** By which one sees that the book's version is another one now. */
export function defaultFingerprint({ text, parameters }: CellDefault): string {
  return fingerprint(JSON.stringify([text, Object.entries(parameters).sort()]));
}

/** The reader's version of a cell; `stale` when it was made from another version of the book. */
export function keptCell(
  keep: Keep,
  name: string,
  original: CellDefault,
): { kept: KeptCell; stale: boolean } | undefined {
  const stored = keep.read(keyOf(name), judge);
  if (!stored) return undefined;
  const { of, ...kept } = stored;
  return { kept, stale: of !== defaultFingerprint(original) };
}

/** Keeps what differs from the book's version, or forgets it when nothing does. Returns false if it will be lost. */
export function keepCell(keep: Keep, name: string, now: CellDefault, original: CellDefault): boolean {
  const parameters = differing(now.parameters, original.parameters);
  if (now.text === original.text && Object.keys(parameters).length === 0) {
    keep.forget(keyOf(name));
    return true;
  }
  const text = now.text === original.text ? {} : { text: now.text };
  return keep.write(keyOf(name), { of: defaultFingerprint(original), ...text, parameters } satisfies Stored);
}

export function forgetCell(keep: Keep, name: string): void {
  keep.forget(keyOf(name));
}

function judge(value: unknown): Stored | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { of, text, parameters } = value as Partial<Record<keyof Stored, unknown>>;
  if (typeof of !== "string" || (text !== undefined && typeof text !== "string")) return undefined;
  if (typeof parameters !== "object" || parameters === null) return undefined;
  const known = Object.entries(parameters).filter(([, one]) => ["number", "string"].includes(typeof one));
  return { of, ...(text === undefined ? {} : { text }), parameters: Object.fromEntries(known) };
}
