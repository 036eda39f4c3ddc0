/** The short form in which a family writes one instruction. */
import type { Instruction, Semantics } from "../instruction.js";

/** The six status flags, as `Instruction.flags` names them. */
export const STATUS = "OF SF ZF AF PF CF";

/**
 * An entry whose manual page bears its own mnemonic; `more` overrides that and adds aliases.
 * Forms and texts are as `Instruction` describes them.
 */
export function entry(
  mnemonic: string,
  says: string,
  flags: string,
  forms: readonly string[],
  semantics: Semantics,
  more: { aliases?: readonly string[]; manual?: string } = {},
): Instruction {
  const manual = more.manual ?? `SDM Vol. 2, ${mnemonic.toUpperCase()}`;
  const aliases = more.aliases && more.aliases.length > 0 ? { aliases: more.aliases } : {};
  return { mnemonic, ...aliases, says, manual, flags, forms, semantics };
}

/** A number as one byte of an encoding in the form grammar. */
export function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

/**
 * Gives instructions their `example`, by mnemonic or, where several share one, by their first form. One instruction a
 * line; what stands under no name keeps the example that its form makes.
 */
export function withExamples(
  examples: Readonly<Record<string, string>>,
  instructions: readonly Instruction[],
): readonly Instruction[] {
  return instructions.map((one) => {
    const lines = examples[one.forms[0]!] ?? examples[one.mnemonic];
    if (lines === undefined) return one;
    const isLabel = (line: string) => /^[\w.]+:|^\.data/.test(line);
    const example = lines
      .trim()
      .split(/\n\s*/)
      .map((line) => (isLabel(line) ? line : `    ${line}`))
      .join("\n");
    return { ...one, example };
  });
}
