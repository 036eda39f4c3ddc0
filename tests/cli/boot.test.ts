/** `youcpu boot` as a user meets it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootCommand } from "../../src/cli/boot-command.js";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "you-in-cpu-boot-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function boot(...words: string[]) {
  let out = "";
  let error = "";
  const status = bootCommand(words, {
    out: (text: string) => void (out += text),
    error: (text: string) => void (error += text),
  });
  return { status, out, error };
}

function file(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

const SAYS_HI = `.code16
mov ah, 0x0e
mov al, 'h'
int 0x10
mov al, 'i'
int 0x10
END
.org 510
.word 0xaa55`;

describe("youcpu boot", () => {
  it("runs the boot sector in the ten steps to 64-bit mode", () => {
    const source = join(import.meta.dirname, "../firmware/boot-sector.asm");
    expect(boot(source)).toEqual({ status: 0, out: "R2PCL ong mode\n", error: "" });
  });

  it("ends with 0 at HLT, and with 1 and the reason after a triple fault or at the end of the steps", () => {
    expect(boot(file("hlt.asm", SAYS_HI.replace("END", "cli\nhlt")))).toEqual({
      status: 0,
      out: "hi",
      error: "",
    });
    const triple = boot(file("triple.asm", SAYS_HI.replace("END", "lidt [0x7d00]\nud2")));
    expect(triple).toMatchObject({ status: 1, out: "hi" });
    expect(triple.error).toMatch(/triple fault.* at t = \d+/);
    const endless = boot("--steps", "20000", file("loop.asm", SAYS_HI.replace("END", "again: jmp again")));
    expect(endless).toMatchObject({ status: 1, out: "hi" });
    expect(endless.error).toMatch(/still ran after 20000 steps, at 7c0[0-9a-f]h: give more with --steps/);
  });

  it("takes an image, and says what a disk without boot sector lacks", () => {
    expect(boot(file("empty.img", new Uint8Array(100)))).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^No boot sector: .* 55 AA/),
    });
  });

  it("names the place of a mistake in a source, and refuses what it does not understand", () => {
    expect(boot(file("bad.asm", ".code16\nmov ax, [cx]"))).toMatchObject({
      status: 1,
      error: expect.stringMatching(/bad\.asm:2:\d+: no 16-bit address/),
    });
    expect(boot(join(folder, "absent"))).toMatchObject({ status: 1, error: expect.stringMatching(/ENOENT/) });
    expect(boot()).toMatchObject({ status: 2 });
    expect(boot("--steps", "many", "x")).toMatchObject({ status: 2 });
    expect(boot("--help").out).toMatch(/7C00h/);
  });
});
