/**
 * Makes a reader's text into code, in whatever way this realm has: in the worker of one reader's program the text is already
 * a part of the script; where the book is built and tested, text may become code.
 */

import type { Problem } from "../../views/machine-state.js";
import type { Load } from "../protocol.js";
import type { ReaderCode } from "./reader-code.js";

type Compiled = ReaderCode | { readonly problem: Problem };

/** @param names functions that the text may define, the first of which it must */
export type ReaderCompiler = (text: string, names: readonly string[]) => Compiled;

let compiler: ReaderCompiler | undefined;

/** Tells how it is done here. */
export function setReaderCompiler(made: ReaderCompiler): void {
  compiler = made;
}

/** The code of a load whose program is a policy. */
export function compileReader({ program }: Load, names: readonly string[]): Compiled {
  if (program.kind !== "policy") throw new Error("there is no reader's program");
  if (!compiler) throw new Error("a reader's program runs in a worker of its own");
  return compiler(program.text, names);
}
