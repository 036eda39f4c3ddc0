/** Registers by the names that a source may use. */
import { Kind } from "../../machine/isa/operand.js";
import { GENERAL_NAMES, SEGMENT_NAMES, type Size } from "../../machine/isa/registers.js";

export interface RegisterName {
  readonly kind: Kind;
  /** In bits. */
  readonly size: number;
  /** As `Operand.register`: 16..19 are ah, ch, dh, bh. */
  readonly number: number;
}

function allNames(): Map<string, RegisterName> {
  const names = new Map<string, RegisterName>();
  for (const size of [8, 16, 32, 64] as const satisfies readonly Size[]) {
    GENERAL_NAMES[size].forEach((name, number) => {
      names.set(name, { kind: Kind.General, size, number });
    });
  }
  SEGMENT_NAMES.forEach((name, number) => {
    names.set(name, { kind: Kind.Segment, size: 16, number });
  });
  for (let n = 0; n < 16; n++) {
    names.set(`xmm${n}`, { kind: Kind.Xmm, size: 128, number: n });
    names.set(`cr${n}`, { kind: Kind.Control, size: 64, number: n });
    names.set(`dr${n}`, { kind: Kind.Debug, size: 64, number: n });
    if (n < 8) names.set(`mm${n}`, { kind: Kind.Mmx, size: 64, number: n });
  }
  names.set("st", { kind: Kind.X87, size: 80, number: 0 });
  return names;
}

export const REGISTERS: ReadonlyMap<string, RegisterName> = allNames();
