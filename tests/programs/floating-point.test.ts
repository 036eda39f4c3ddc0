/** The x87 unit and the exceptions of arithmetic as C programs meet them, against the machine under us. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./oracles.js";
import { runGuest } from "./run-guest.js";

const sources = join(import.meta.dirname, "arithmetic");

/** Compiled without knowing how numbers are rounded at run time, and without red zone, for pushes in `asm`. */
const OPTIONS = ["-O1", "-frounding-math", "-mno-red-zone", "-static"];

describe.skipIf(!hasCommand("gcc"))("a compiled program", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "you-in-cpu-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["computes with long double as natively", "long-double"],
    ["is told of each exception by the same signal, code and address as natively", "exception-codes"],
  ])("%s", (_, name) => {
    const program = join(folder, name);
    execFileSync("gcc", [...OPTIONS, "-o", program, join(sources, `${name}.c`), "-lm"]);
    const native = spawnSync(program, [], { encoding: "utf8" });
    const path = `/tmp/${name}`;
    const guest = runGuest({ files: { [path]: readFileSync(program) }, path, argv: [path] });
    expect({ stdout: guest.stdout, status: guest.status }).toEqual({
      stdout: native.stdout,
      status: native.status,
    });
  });
});
