/**
 * A device's registers as its data sheet prints them: where each lies, what may be done to it, and what its bits mean. From
 * one table come the masks a device computes with, the picture of a register in a view, and the reference page.
 * Leaves out: behaviour; what a write sets off is told by the device's own file.
 */

/** Bits of a register, such as 7, or "3:1", and their meaning in a few words. */
export type FieldText = readonly [bits: number | string, meaning: string];

/** `r`: read only, `w`: write only. Two registers may share a place, one for each direction. */
export type Access = "r" | "w" | "rw";

export interface RegisterText<Name extends string> {
  /** As the data sheet calls it. */
  readonly name: string;
  /** Its port, or its index where the device says so. */
  readonly at: number;
  readonly access: Access;
  /** Bits; 8 if not said. */
  readonly width?: 8 | 16 | 32;
  readonly meaning: string;
  readonly fields: Readonly<Record<Name, FieldText>>;
}

/** A field: bits `high` to `low` of its register. */
export interface Field<Name extends string = string> {
  readonly name: Name;
  readonly high: number;
  readonly low: number;
  readonly meaning: string;
}

export class Register<Name extends string = string> {
  readonly name: string;
  readonly at: number;
  readonly access: Access;
  readonly width: 8 | 16 | 32;
  readonly meaning: string;
  /** From the highest bit to the lowest. */
  readonly fields: readonly Field<Name>[];
  /** The bits of each field, in place. */
  readonly mask: Readonly<Record<Name, number>>;
  private readonly lowest: Readonly<Record<Name, number>>;

  constructor(text: RegisterText<Name>) {
    this.name = text.name;
    this.at = text.at;
    this.access = text.access;
    this.width = text.width ?? 8;
    this.meaning = text.meaning;
    const names = Object.keys(text.fields) as Name[];
    this.fields = names.map((name) => field(name, text.fields[name])).sort((a, b) => b.high - a.high);
    this.mask = byName(this.fields, ({ high, low }) => ((2 ** (high - low + 1) - 1) * 2 ** low) >>> 0);
    this.lowest = byName(this.fields, ({ low }) => low);
    this.check();
  }

  /** What a field holds in a value of the register, shifted down. */
  get(name: Name, value: number): number {
    return (value & this.mask[name]) >>> this.lowest[name];
  }

  /** True when any bit of a field is set. */
  has(name: Name, value: number): boolean {
    return (value & this.mask[name]) !== 0;
  }

  /** A value of the register from its fields; what is not named is 0, and bits that do not fit are dropped. */
  make(values: Readonly<Partial<Record<Name, number | boolean>>>): number {
    let value = 0;
    for (const { name } of this.fields) {
      const given = Number(values[name] ?? 0);
      value |= (given << this.lowest[name]) & this.mask[name];
    }
    return value >>> 0;
  }

  /** What every field holds in a value of the register, from the highest bit to the lowest. */
  decode(value: number): readonly { readonly field: Field<Name>; readonly value: number }[] {
    return this.fields.map((one) => ({ field: one, value: this.get(one.name, value) }));
  }

  /** A table that contradicts itself is a mistake of ours. */
  private check(): void {
    let taken = 0;
    for (const { name, high, low } of this.fields) {
      const mask = this.mask[name];
      if (!(high >= low && low >= 0 && high < this.width) || (taken & mask) !== 0)
        throw new Error(`register ${this.name}: bits of ${name} do not fit`);
      taken |= mask;
    }
  }
}

/** A device and all its registers. */
export interface RegisterTable {
  /** As in "8254". */
  readonly device: string;
  /** What the device is for, in a sentence. */
  readonly meaning: string;
  /** The data sheet or standard. */
  readonly source: string;
  readonly registers: readonly Register[];
}

function field<Name extends string>(name: Name, [bits, meaning]: FieldText): Field<Name> {
  const [high, low = high] = String(bits).split(":").map(Number);
  return { name, high: high!, low: low!, meaning };
}

function byName<Name extends string>(
  fields: readonly Field<Name>[],
  valueOf: (one: Field<Name>) => number,
): Readonly<Record<Name, number>> {
  return Object.fromEntries(fields.map((one) => [one.name, valueOf(one)])) as Record<Name, number>;
}
