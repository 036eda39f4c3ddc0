/** #! lines by the rules of three kernels; the real kernel's own rule is compared in `programs.test.ts`. */
import { describe, expect, it } from "vitest";
import { refused } from "../../../src/kernel/exec/refusal.js";
import { parseScriptLine, type ScriptRule } from "../../../src/kernel/exec/script.js";

function parse(text: string, rule: ScriptRule): string {
  const line = parseScriptLine(
    Uint8Array.from(text, (char) => char.charCodeAt(0)),
    rule,
  );
  if (line === undefined) return "no script";
  return refused(line) ? "ENOEXEC" : [line.interpreter, line.argument ?? []].flat().join("|");
}

const RULES: readonly ScriptRule[] = ["2.6", "5.0", "5.1"];
const all = (text: string): string[] => RULES.map((rule) => parse(text, rule));

describe("a #! line", () => {
  it.each([
    ["#!/bin/sh\n", "/bin/sh"],
    ["#! /bin/sh  -a  b \n", "/bin/sh|-a  b"],
    ["#!/bin/sh", "/bin/sh"],
    ["#!\n", "ENOEXEC"],
    ["#!  \n", "ENOEXEC"],
    ["echo", "no script"],
  ])("that is short means the same to every kernel: %j", (text, meaning) => {
    expect(all(text)).toEqual([meaning, meaning, meaning]);
  });

  it("whose argument is cut off is run cut off, but for the kernel that refused all long lines", () => {
    const text = `#!/bin/echo ${"x".repeat(400)}\n`;
    expect(all(text)).toEqual([
      `/bin/echo|${"x".repeat(127 - 12)}`,
      "ENOEXEC",
      `/bin/echo|${"x".repeat(255 - 12)}`,
    ]);
  });

  it("whose path is cut off was run cut off once, and is refused today", () => {
    const text = `#!/${"d/".repeat(200)}sh\n`;
    expect(all(text)).toEqual([`/${"d/".repeat(62)}`, "ENOEXEC", "ENOEXEC"]);
  });

  it("of 127 to 255 bytes fits since the kernel looks at 256", () => {
    const text = `#!/${"d".repeat(150)}\n`;
    expect(all(text)).toEqual([`/${"d".repeat(124)}`, "ENOEXEC", `/${"d".repeat(150)}`]);
  });

  it("keeps blanks before a NUL in 2.6", () => {
    expect(all("#!/bin/sh x \0")).toEqual(["/bin/sh|x ", "/bin/sh|x", "/bin/sh|x "]);
  });
});
