/**
 * Moments as the end of an address, and back: `#moment=VERSION.DATA`, where the data is JSON, deflated, in base64url.
 * A link is a stranger's text: reading it judges every part, unpacks no more than a little, and runs nothing.
 */
import type { Problem } from "../../views/machine-state.js";
import { bytesToText, textToBytes } from "./base64.js";
import { type Moment, momentFromJson, momentToJson } from "./moment.js";

/** What the end of such an address begins with, behind the `#`. */
export const MOMENT_PREFIX = "moment=";

/** How moments are written now, and how older writings become newer ones. */
export interface Versions {
  readonly now: number;
  /** From each older version the data of the next. */
  readonly migrations: Readonly<Record<number, (json: unknown) => unknown>>;
}

/** Version 1: the array that `moment.ts` writes. */
const VERSIONS: Versions = { now: 1, migrations: {} };

/** Unpacked data may be this long: a cell's longest source, and as much again. */
const LONGEST = 512 << 10;

/** The end of an address, without the `#`. */
export async function momentText(moment: Moment, { now } = VERSIONS): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(momentToJson(moment)));
  return `${MOMENT_PREFIX}${now}.${bytesToText(await throughStream(json, new CompressionStream("deflate-raw")))}`;
}

/** The moment that the end of an address carries, or what is wrong with it. */
export async function readMomentText(
  text: string,
  { now, migrations } = VERSIONS,
): Promise<{ moment: Moment } | { problem: Problem }> {
  const found = /^moment=(\d{1,6})\.(.*)$/s.exec(text);
  if (!found)
    return wrong("it does not begin with moment=, a number and a full stop", "Copy it again, whole.");
  const version = Number(found[1]);
  if (version > now || version < 1)
    return wrong(
      `it was made by a newer version of the book (${version}; this one reads up to ${now})`,
      "Reload the page; if that does not help, open the book where the link came from.",
    );
  const json = await unpacked(found[2] ?? "");
  if (json === undefined)
    return wrong(
      "it is damaged: it cannot be unpacked",
      "Perhaps its end was cut off. Copy it again, whole.",
    );
  try {
    let body: unknown = JSON.parse(json);
    for (let at = version; at < now; at++) body = migrations[at]!(body);
    const moment = momentFromJson(body);
    return typeof moment === "string" ? wrong(moment, "Ask for a new link.") : { moment };
  } catch {
    return wrong("what it holds is not what the book writes", "Ask for a new link.");
  }
}

function wrong(reason: string, nextStep: string): { problem: Problem } {
  return { problem: { reason: `This link leads to no moment: ${reason}`, nextStep } };
}

async function unpacked(text: string): Promise<string | undefined> {
  const bytes = text.length > LONGEST ? undefined : textToBytes(text);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      await throughStream(bytes, new DecompressionStream("deflate-raw")),
    );
  } catch {
    return undefined;
  }
}

/** What comes out of a stream, but no more than `LONGEST` of it. */
async function throughStream(
  bytes: Uint8Array<ArrayBuffer>,
  through: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > LONGEST) {
      await reader.cancel();
      throw new Error("too long");
    }
    pieces.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
