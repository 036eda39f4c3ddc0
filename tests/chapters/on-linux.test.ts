/**
 * Chapter 1 says that its programs are true Linux programs. They are assembled by GNU as, linked by GNU ld and run by
 * this machine's own kernel, and must show there what their fences promise.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scenarioOf } from "../../src/cells/cell-attributes.js";
import { realTakesInt80 } from "../kernel/abi/native.js";
import { type Cell, liveCells } from "./live-fences.js";

const hasAssembler =
  spawnSync("as", ["--version"]).status === 0 && spawnSync("ld", ["--version"]).status === 0;
const isLinux = process.platform === "linux" && process.arch === "x64";

const scenarioName = ({ attributes }: Cell) => scenarioOf((name) => attributes.get(name) ?? null).name;
const CELLS = liveCells().filter(({ language }) => language === "asm");
const PROGRAMS = CELLS.filter((cell) => scenarioName(cell) === "kernel");
const BARE = CELLS.filter((cell) => scenarioName(cell) !== "kernel");

describe.skipIf(!hasAssembler || !isLinux)("with the tools and the kernel of this machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "cells-"));

  afterAll(() => rmSync(folder, { recursive: true }));

  function run(command: string, args: string[]) {
    const { status, signal, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    return { status, signal, stdout };
  }

  function assemble({ name, source }: Cell): void {
    writeFileSync(join(folder, `${name}.s`), `.intel_syntax noprefix\n${source}`);
    expect(run("as", [`${name}.s`, "-o", `${name}.o`]).status).toBe(0);
  }

  it.each(BARE.map((cell) => [cell.name, cell] as const))(
    "GNU as understands %s as it stands",
    (_name, cell) => {
      assemble(cell);
    },
  );

  it.each(PROGRAMS.map((cell) => [cell.name, cell] as const))(
    "%s is a Linux program that does what its fence promises",
    (name, cell) => {
      assemble(cell);
      run("ld", [`${name}.o`, "-o", name]);
      const { status, signal, stdout } = run(join(folder, name), []);
      if (/\bint 0x80\b/.test(cell.source) && !realTakesInt80()) {
        // A kernel that is built without the old door has a gate there which ring 3 may not use.
        expect(signal).toBe("SIGSEGV");
        return;
      }
      expect(JSON.stringify(stdout).slice(1, -1)).toBe(cell.attributes.get("expect-stdout") ?? "");
      expect(status).toBe(Number(cell.attributes.get("expect-status") ?? 0));
    },
  );
});
