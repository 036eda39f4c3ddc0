/** Makes code out of the text of a policy that the book itself brings along, where it is built and tested. Never in a page. */
import { readerCode } from "./reader-code.js";
import type { ReaderCompiler } from "./reader-compiler.js";

/** `new Function` puts two lines before the text. */
const SCRIPT = { linesBefore: 2, frame: /<anonymous>:(\d+):(\d+)/ };

export const compileHere: ReaderCompiler = (text, names) => {
  const defined = names.map((name) => `${name}: typeof ${name} === "undefined" ? undefined : ${name}`);
  try {
    const factory = new Function(`"use strict";${text}\n;return { ${defined.join(", ")} };`);
    return readerCode(() => factory() as Record<string, unknown>, names, SCRIPT);
  } catch (caught) {
    return { problem: { reason: String(caught), nextStep: "Mend this first." } };
  }
};
