/** Registers as tables: what a view and a device read from them. */
import { describe, expect, it } from "vitest";
import { DEVICE_TABLES } from "../../../src/machine/devices/device-tables.js";
import { Register } from "../../../src/machine/devices/register-table.js";

const EXAMPLE = new Register({
  ...{ name: "example", at: 0x43, access: "w", meaning: "an example" },
  fields: { LOW: [0, "one bit"], MODE: ["3:1", "three bits"], TOP: ["7:6", "two bits"] },
});

describe("a register's table", () => {
  it("gives masks in place, and values shifted down", () => {
    expect(EXAMPLE.mask).toEqual({ TOP: 0xc0, MODE: 0x0e, LOW: 1 });
    expect([EXAMPLE.get("MODE", 0xb6), EXAMPLE.has("TOP", 0x3f)]).toEqual([3, false]);
  });

  it("makes a value from fields, and takes it apart from the highest bit down", () => {
    const value = EXAMPLE.make({ TOP: 2, MODE: 3, LOW: true });
    expect(value).toBe(0x87);
    expect(EXAMPLE.decode(value).map(({ field, value: held }) => [field.name, held])).toEqual([
      ["TOP", 2],
      ["MODE", 3],
      ["LOW", 1],
    ]);
  });

  it("with bits that overlap or lie outside is refused", () => {
    const text = { name: "bad", at: 0, access: "r", meaning: "" } as const;
    expect(() => new Register({ ...text, fields: { A: ["3:0", ""], B: [3, ""] } })).toThrow();
    expect(() => new Register({ ...text, fields: { A: [8, ""] } })).toThrow();
  });
});

describe.each(DEVICE_TABLES.map((table) => [table.device, table] as const))("the table of %s", (_, table) => {
  it("says what every register and every field means", () => {
    for (const register of table.registers) {
      expect(register.meaning, register.name).not.toBe("");
      for (const { name, meaning } of register.fields) expect(meaning, name).not.toBe("");
    }
  });

  it("takes every value of every register apart and makes it again", () => {
    for (const { fields, mask, make, get } of table.registers.map((one) => ({
      fields: one.fields,
      mask: one.mask,
      make: one.make.bind(one),
      get: one.get.bind(one),
    }))) {
      const used = fields.reduce((bits, { name }) => (bits | mask[name]!) >>> 0, 0);
      for (const value of [0, 0xffffffff, 0x5a5a5a5a, 0x12345678]) {
        const parts = Object.fromEntries(fields.map(({ name }) => [name, get(name, value)]));
        expect(make(parts)).toBe((value & used) >>> 0);
      }
    }
  });
});
