/** The arguments line of `Run your own program`, against what a real shell makes of the same line. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { splitWords } from "../../src/cells/command-words.js";

const shell = (line: string): string[] =>
  execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

describe("splitting a line into arguments", () => {
  it.each(["a b  c", "'a b' c", '"a \\"b\\" c"', "a\\ b", "x'y'\"z\"", "'' a", '"\\n"', "'\\'", "a\tb"])(
    "%s is split as a shell does",
    (line) => {
      expect(splitWords(line)).toEqual({ words: shell(line) });
    },
  );

  it("an open quote is named with its column", () => {
    expect(splitWords("a 'b")).toMatchObject({
      problem: { column: 3, reason: expect.stringContaining("not closed") },
    });
  });

  it("a line without words has none", () => expect(splitWords("  ")).toEqual({ words: [] }));
});
