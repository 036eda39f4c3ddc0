/** The instruction set by name: which forms a mnemonic means, in 64-bit code and elsewhere. */
import type { Form } from "../../machine/isa/instruction.js";
import { FORMS, LEGACY_FORMS } from "../../machine/isa/instruction-set.js";
import { unknownMnemonic } from "./match-problems.js";
import { SourceError } from "./problem.js";
import { isRewritten, onlyLong, type Written } from "./rewrites.js";

/** Forms by every name that leads to them, in 64-bit code and elsewhere. */
const FORMS_BY_NAME = byName(FORMS);
const LEGACY_FORMS_BY_NAME = byName(LEGACY_FORMS);

function byName(all: readonly Form[]): ReadonlyMap<string, readonly Form[]> {
  const found = new Map<string, Form[]>();
  for (const form of all) {
    const { mnemonic, aliases = [] } = form.instruction;
    for (const name of [mnemonic, ...aliases]) {
      const forms = found.get(name);
      if (forms) forms.push(form);
      else found.set(name, [form]);
    }
  }
  return found;
}

const formsOf = ({ codeSize }: Written, name: string): readonly Form[] | undefined =>
  (codeSize === 64 ? FORMS_BY_NAME : LEGACY_FORMS_BY_NAME).get(name);

/** Every mnemonic. */
export const MNEMONICS: ReadonlySet<string> = new Set([
  ...FORMS_BY_NAME.keys(),
  ...LEGACY_FORMS_BY_NAME.keys(),
]);

const SUFFIXES: Readonly<Record<string, number>> = { b: 8, w: 16, d: 32, q: 64 };

/** Throws when there is no instruction of this name. */
export function requireMnemonic(mnemonic: string, column: number): void {
  const stem = SUFFIXES[mnemonic.at(-1) ?? ""] === undefined ? mnemonic : mnemonic.slice(0, -1);
  if (MNEMONICS.has(mnemonic) || MNEMONICS.has(stem) || isRewritten(mnemonic)) return;
  throw unknownMnemonic(mnemonic, column, MNEMONICS);
}

/** The instruction exists, but not in code of this kind. */
function wrongMode({ mnemonic, column, codeSize }: Written): SourceError | undefined {
  if (!MNEMONICS.has(mnemonic)) return undefined;
  return codeSize === 64
    ? new SourceError(
        column,
        mnemonic.length,
        `${mnemonic} does not exist in 64-bit code`,
        "write .code32 above it",
      )
    : onlyLong({ mnemonic, column });
}

/** An instruction after rewriting, with what its name tells beside the forms. */
export interface Wanted extends Written {
  readonly forms: readonly Form[];
  /** Operand size by the name's last letter (`pushw`), or 0. */
  readonly suffix: number;
}

/** The forms that an instruction names, by its own name or by one with a letter for the size. */
export function findForms(written: Written): Wanted {
  const { mnemonic } = written;
  const forms = formsOf(written, mnemonic);
  if (forms) return { ...written, forms, suffix: 0 };
  const suffix = SUFFIXES[mnemonic.at(-1) ?? ""];
  if (suffix === 64 && written.codeSize !== 64) throw onlyLong(written);
  const stem = suffix === undefined ? undefined : formsOf(written, mnemonic.slice(0, -1));
  if (suffix === undefined || !stem)
    throw wrongMode(written) ?? unknownMnemonic(mnemonic, written.column, MNEMONICS);
  return { ...written, mnemonic: mnemonic.slice(0, -1), forms: stem, suffix };
}
