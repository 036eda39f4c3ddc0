/**
 * A small language for C structures: one definition gives size, offsets, reader and writer.
 *
 *     const TIMESPEC = struct("timespec", { tv_sec: i64, tv_nsec: i64 });
 *     TIMESPEC.size                      16
 *     TIMESPEC.offsetOf("tv_nsec")       8
 *     TIMESPEC.read(view, 0).tv_sec      a bigint
 *
 * Fields lie at the next multiple of their alignment and the size is rounded up to the largest, as both System V
 * ABIs ask. On i386 a 64-bit number is aligned to 4, hence `i386.u64`. Numbers up to 32 bits are `number`,
 * longer ones `bigint`. All is little-endian. Left out: bit fields and unions.
 * Source: System V ABI, AMD64 supplement §3.1.2; i386 supplement, "Data representation".
 */

/** How one type lies in memory. `T` is the value that stands for it. */
export interface Layout<T> {
  /** As C writes it, for example "unsigned int". */
  readonly typeName: string;
  /** In bytes. */
  readonly size: number;
  /** In bytes, a power of two. */
  readonly align: number;
  /** Reads the value at byte `at`. */
  read(view: DataView, at: number): T;
  /** Writes the value at byte `at`; a number too long for its field loses its high bits. */
  write(view: DataView, at: number, value: T): void;
}

/** The value that a layout reads and writes. */
export type ValueOf<L> = L extends Layout<infer T> ? T : never;

const LITTLE = true;

export const u8: Layout<number> = {
  typeName: "unsigned char",
  size: 1,
  align: 1,
  read: (view, at) => view.getUint8(at),
  write: (view, at, value) => view.setUint8(at, value),
};

export const u16: Layout<number> = {
  typeName: "unsigned short",
  size: 2,
  align: 2,
  read: (view, at) => view.getUint16(at, LITTLE),
  write: (view, at, value) => view.setUint16(at, value, LITTLE),
};

export const i16: Layout<number> = {
  typeName: "short",
  size: 2,
  align: 2,
  read: (view, at) => view.getInt16(at, LITTLE),
  write: (view, at, value) => view.setInt16(at, value, LITTLE),
};

export const u32: Layout<number> = {
  typeName: "unsigned int",
  size: 4,
  align: 4,
  read: (view, at) => view.getUint32(at, LITTLE),
  write: (view, at, value) => view.setUint32(at, value, LITTLE),
};

export const i32: Layout<number> = {
  typeName: "int",
  size: 4,
  align: 4,
  read: (view, at) => view.getInt32(at, LITTLE),
  write: (view, at, value) => view.setInt32(at, value, LITTLE),
};

export const u64: Layout<bigint> = {
  typeName: "unsigned long",
  size: 8,
  align: 8,
  read: (view, at) => view.getBigUint64(at, LITTLE),
  write: (view, at, value) => view.setBigUint64(at, value, LITTLE),
};

export const i64: Layout<bigint> = {
  typeName: "long",
  size: 8,
  align: 8,
  read: (view, at) => view.getBigInt64(at, LITTLE),
  write: (view, at, value) => view.setBigInt64(at, value, LITTLE),
};

/** 64-bit numbers as i386 aligns them. */
export const i386 = {
  u64: { ...u64, typeName: "unsigned long long", align: 4 } as Layout<bigint>,
  i64: { ...i64, typeName: "long long", align: 4 } as Layout<bigint>,
};

/** `count` values of the same type, one after the other. A short value leaves the rest as it was. */
export function array<T>(element: Layout<T>, count: number): Layout<readonly T[]> {
  const places = Array.from({ length: count }, (_, i) => i * element.size);
  return {
    typeName: `${element.typeName}[${count}]`,
    size: count * element.size,
    align: element.align,
    read: (view, at) => places.map((place) => element.read(view, at + place)),
    write: (view, at, values) => {
      values.slice(0, count).forEach((value, i) => {
        element.write(view, at + i * element.size, value);
      });
    },
  };
}

/** `size` bytes as they are. Writing fewer fills up with zeros. */
export function bytes(size: number): Layout<Uint8Array> {
  return {
    typeName: `char[${size}]`,
    size,
    align: 1,
    read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, size).slice(),
    write: (view, at, value) => {
      const place = new Uint8Array(view.buffer, view.byteOffset + at, size);
      place.fill(0);
      place.set(value.subarray(0, size));
    },
  };
}

/** A text of at most `size` − 1 bytes with a NUL behind it, in a field of `size`; one char is one byte. */
export function text(size: number): Layout<string> {
  const raw = bytes(size);
  return {
    ...raw,
    read: (view, at) => {
      const field = raw.read(view, at);
      const end = field.indexOf(0);
      return String.fromCharCode(...field.subarray(0, end < 0 ? size : end));
    },
    write: (view, at, value) => {
      const shortened = value.slice(0, size - 1);
      raw.write(
        view,
        at,
        Uint8Array.from(shortened, (char) => char.charCodeAt(0)),
      );
    },
  };
}

/** One field of a structure with its place. */
export interface Field {
  readonly name: string;
  /** In bytes from the structure's start. */
  readonly offset: number;
  readonly layout: Layout<unknown>;
}

type Members = Readonly<Record<string, Layout<never> | Layout<unknown>>>;
type StructValue<M> = { readonly [K in keyof M]: M[K] extends Layout<infer T> ? T : never };

/** A C structure. */
export class Struct<M extends object> implements Layout<StructValue<M>> {
  readonly immutable = true;

  constructor(
    readonly typeName: string,
    readonly fields: readonly Field[],
    readonly size: number,
    readonly align: number,
  ) {}

  /** The offset of a field in bytes. */
  offsetOf(name: keyof M & string): number {
    const field = this.fields.find((candidate) => candidate.name === name);
    if (!field) throw new Error(`struct ${this.typeName} has no field ${name}`);
    return field.offset;
  }

  read(view: DataView, at: number): StructValue<M> {
    const value: Record<string, unknown> = {};
    for (const { name, offset, layout } of this.fields) value[name] = layout.read(view, at + offset);
    return value as StructValue<M>;
  }

  /** Writes the fields; padding between them keeps its bytes. */
  write(view: DataView, at: number, value: StructValue<M>): void {
    const values = value as Readonly<Record<string, unknown>>;
    for (const { name, offset, layout } of this.fields) layout.write(view, at + offset, values[name]);
  }

  /** The structure in bytes of its own, padding zero. */
  encode(value: StructValue<M>): Uint8Array {
    const encoded = new Uint8Array(this.size);
    this.write(new DataView(encoded.buffer), 0, value);
    return encoded;
  }

  /** The structure at the beginning of `from`, which must be at least `size` long. */
  decode(from: Uint8Array): StructValue<M> {
    return this.read(new DataView(from.buffer, from.byteOffset, from.byteLength), 0);
  }
}

/** Lays out `members` in the order in which they are written. */
export function struct<M extends Members>(name: string, members: M): Struct<M> {
  const fields: Field[] = [];
  let end = 0;
  let align = 1;
  for (const [fieldName, layout] of Object.entries(members) as [string, Layout<unknown>][]) {
    const offset = roundUp(end, layout.align);
    fields.push({ name: fieldName, offset, layout });
    end = offset + layout.size;
    align = Math.max(align, layout.align);
  }
  return new Struct<M>(name, fields, roundUp(end, align), align);
}

function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}
