/**
 * What one object held at one moment, by the kinds of objects there are. Contents are never changed: moments share them as long
 * as the object holds the same. Writing them back goes into the same object, so that whoever knows it still does.
 */

/** Something that can be taken down and written back. Functions are values here: they are kept, not looked into. */
export interface Contents {
  /** The objects among the values that may change themselves. */
  readonly parts: readonly object[];
  /** Whether the object holds this now. */
  isCurrent(): boolean;
  /** Makes the object hold this again. */
  putBack(): void;
}

/** Picks from some values the objects that must be looked into. */
export type Sift = (values: readonly unknown[]) => readonly object[];

/** Takes down what an object holds. */
export function contentsOf(target: object, sift: Sift): Contents {
  if (Array.isArray(target)) return new ListContents(target, sift);
  if (target instanceof Map) return new MapContents(target, sift);
  if (target instanceof Set) return new SetContents(target, sift);
  if (ArrayBuffer.isView(target)) return new ByteContents(target);
  return new FieldContents(target as Fields, sift);
}

type Fields = Record<string, unknown>;

/** Names of fields by prototype: most objects of a class have the same. */
const knownNames = new WeakMap<object, readonly string[]>();

function namesOf(target: Fields): readonly string[] {
  const names = Object.keys(target);
  const prototype: object = Object.getPrototypeOf(target) ?? Object.prototype;
  const known = knownNames.get(prototype);
  if (known && known.length === names.length && known.every((name, n) => name === names[n])) return known;
  knownNames.set(prototype, names);
  return names;
}

class FieldContents implements Contents {
  readonly parts: readonly object[];
  private readonly names: readonly string[];
  private readonly values: readonly unknown[];

  constructor(
    private readonly target: Fields,
    sift: Sift,
  ) {
    this.names = namesOf(target);
    this.values = this.names.map((name) => target[name]);
    this.parts = sift(this.values);
  }

  isCurrent(): boolean {
    const { target, names, values } = this;
    let n = 0;
    for (const name in target) {
      if (!Object.is(target[name], values[n]) || name !== names[n]) return false;
      n++;
    }
    return n === names.length;
  }

  putBack(): void {
    const { target, names, values } = this;
    for (const name of Object.keys(target)) if (!names.includes(name)) delete target[name];
    names.forEach((name, n) => {
      target[name] = values[n];
    });
  }
}

class ListContents implements Contents {
  readonly parts: readonly object[];
  private readonly values: readonly unknown[];

  constructor(
    private readonly target: unknown[],
    sift: Sift,
  ) {
    this.values = target.slice();
    this.parts = sift(this.values);
  }

  isCurrent(): boolean {
    const { target, values } = this;
    if (target.length !== values.length) return false;
    for (let n = 0; n < values.length; n++) if (!Object.is(target[n], values[n])) return false;
    return true;
  }

  putBack(): void {
    const { target, values } = this;
    target.length = values.length;
    for (let n = 0; n < values.length; n++) target[n] = values[n];
  }
}

/** In the order of insertion, which programs can see. */
class MapContents implements Contents {
  readonly parts: readonly object[];
  private readonly keys: readonly unknown[];
  private readonly values: readonly unknown[];

  constructor(
    private readonly target: Map<unknown, unknown>,
    sift: Sift,
  ) {
    this.keys = [...target.keys()];
    this.values = [...target.values()];
    this.parts = [...sift(this.keys), ...sift(this.values)];
  }

  isCurrent(): boolean {
    const { target, keys, values } = this;
    if (target.size !== keys.length) return false;
    let n = 0;
    for (const [key, value] of target) {
      if (!Object.is(key, keys[n]) || !Object.is(value, values[n])) return false;
      n++;
    }
    return true;
  }

  putBack(): void {
    this.target.clear();
    this.keys.forEach((key, n) => this.target.set(key, this.values[n]));
  }
}

class SetContents implements Contents {
  readonly parts: readonly object[];
  private readonly values: readonly unknown[];

  constructor(
    private readonly target: Set<unknown>,
    sift: Sift,
  ) {
    this.values = [...target];
    this.parts = sift(this.values);
  }

  isCurrent(): boolean {
    const { target, values } = this;
    if (target.size !== values.length) return false;
    let n = 0;
    for (const value of target) if (!Object.is(value, values[n++])) return false;
    return true;
  }

  putBack(): void {
    this.target.clear();
    for (const value of this.values) this.target.add(value);
  }
}

const NOTHING: readonly object[] = [];

/** Typed arrays and views, as bytes: whole words of 32 bits, and what is left. */
class ByteContents implements Contents {
  readonly parts = NOTHING;
  private readonly words: Int32Array | undefined;
  private readonly keptWords: Int32Array | undefined;
  private readonly bytes: Uint8Array;
  private readonly keptBytes: Uint8Array;

  constructor({ buffer, byteOffset, byteLength }: ArrayBufferView) {
    const inWords = (byteOffset & 3) === 0 ? byteLength & ~3 : 0;
    if (inWords > 0) {
      this.words = new Int32Array(buffer, byteOffset, inWords >> 2);
      this.keptWords = this.words.slice();
    }
    this.bytes = new Uint8Array(buffer, byteOffset + inWords, byteLength - inWords);
    this.keptBytes = this.bytes.slice();
  }

  isCurrent(): boolean {
    const { words, keptWords, bytes, keptBytes } = this;
    if (words && keptWords && !sameWords(words, keptWords)) return false;
    for (let n = 0; n < keptBytes.length; n++) if (bytes[n] !== keptBytes[n]) return false;
    return true;
  }

  putBack(): void {
    if (this.keptWords) this.words?.set(this.keptWords);
    this.bytes.set(this.keptBytes);
  }
}

/** Large tables are looked at for each moment, so by eight words at once. */
function sameWords(a: Int32Array, b: Int32Array): boolean {
  let n = 0;
  for (const end = a.length - 7; n < end; n += 8) {
    const differing =
      (a[n]! ^ b[n]!) |
      (a[n + 1]! ^ b[n + 1]!) |
      (a[n + 2]! ^ b[n + 2]!) |
      (a[n + 3]! ^ b[n + 3]!) |
      (a[n + 4]! ^ b[n + 4]!) |
      (a[n + 5]! ^ b[n + 5]!) |
      (a[n + 6]! ^ b[n + 6]!) |
      (a[n + 7]! ^ b[n + 7]!);
    if (differing !== 0) return false;
  }
  for (; n < a.length; n++) if (a[n] !== b[n]) return false;
  return true;
}
