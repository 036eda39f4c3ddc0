/** A reader's source, assembled and laid out as a cell's machine wants it. */
import { type Assembly, assemble, type ListingLine } from "../../toolchain/assembler/assemble.js";
import type { Problem } from "../../views/machine-state.js";
import type { ImageLine, ProgramImage } from "./program-image.js";

/** Section `.kernel` is for ring 0; it lies where only ring 0 may look. */
const KERNEL_SECTION = ".kernel";
const KERNEL_ADDRESS = 0xffffffff80200000n;

/** The program in memory, or what is wrong with it. */
export function assembleImage(
  text: string,
): { image: ProgramImage; assembly: Assembly } | { problems: readonly Problem[] } {
  const result = assemble(text, { addresses: { [KERNEL_SECTION]: KERNEL_ADDRESS } });
  if (!result.ok) return { problems: result.errors.map(asSentence) };
  return { image: imageOf(result, text.split("\n")), assembly: result };
}

function asSentence(problem: Problem): Problem {
  const { nextStep } = problem;
  return {
    ...problem,
    nextStep: `${nextStep[0]?.toUpperCase() ?? ""}${nextStep.slice(1).replace(/([^.?!])$/, "$1.")}`,
  };
}

function imageOf({ sections, symbols, listing, entry }: Assembly, source: readonly string[]): ProgramImage {
  return {
    sections: sections.map(({ name, address, bytes, executable, writable }) => {
      const kernel = name === KERNEL_SECTION;
      return { name, address, bytes, kernel, code: executable || kernel, writable };
    }),
    symbols,
    lines: listing
      .filter((row) => row.bytes.length > 0)
      .map((row) => lineOf(row, source[row.line - 1] ?? "")),
    entry,
  };
}

function lineOf({ line, address, bytes, isCode }: ListingLine, text: string): ImageLine {
  return { line, address, bytes, text: statement(text), data: !isCode };
}

/** A line without labels and comment. */
function statement(line: string): string {
  return line
    .replace(/(?:#|\/\/).*/, "")
    .replace(/^\s*(?:[\w.$]+:\s*)*/, "")
    .trim();
}
