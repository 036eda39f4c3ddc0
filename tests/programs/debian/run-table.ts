/** Compares a table of command lines with the real kernel: all that a user sees must be the same, byte for byte. */
import { describe, expect, it } from "vitest";
import type { CommandLine } from "./command-line.js";
import { natively, onOurs } from "./outcome.js";
import { hasDebianRoot } from "./root.js";

const LONGEST = 240_000;

export function compareLines(family: string, table: readonly CommandLine[]): void {
  describe.skipIf(!hasDebianRoot())(`Debian's ${family} see no other kernel in`, () => {
    for (const line of table) {
      it(
        line.line.replaceAll("\n", "\\n"),
        () => {
          const real = natively(line);
          expect(onOurs(line)).toEqual(real);
        },
        LONGEST,
      );
    }
  });
}
