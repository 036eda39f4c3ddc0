/** Programs that mean no good, or meet it: compiled now, compared with the machine under us where that survives them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "./oracles.js";
import { runGuest } from "./run-guest.js";

const sources = join(import.meta.dirname, "sources");

describe.skipIf(!hasCommand("gcc"))("a program", () => {
  let folder = "";
  const compile = (name: string): Uint8Array => {
    execFileSync("gcc", ["-O2", "-static", "-w", "-o", join(folder, name), join(sources, `${name}.c`)]);
    return readFileSync(join(folder, name));
  };
  const guest = (name: string, more: { ram?: number; maxSteps?: number } = {}) =>
    runGuest({ files: { [`/tmp/${name}`]: compile(name) }, path: `/tmp/${name}`, argv: [name], ...more });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "you-in-cpu-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("that catches, blocks and sends signals sees what Linux shows", () => {
    const result = guest("signals");
    const native = spawnSync(join(folder, "signals"), [], { env: {} });
    expect({ stdout: result.stdout, status: result.status }).toEqual({
      stdout: native.stdout.toString(),
      status: native.status,
    });
  });

  it("that takes all memory is killed, and nothing else happens", () => {
    const { status, kernel } = guest("memory-eater", { ram: 16 << 20 });
    expect(status).toBe(137);
    expect(kernel.first?.faultReport?.reason).toMatch(/out of memory/);
  });

  it("that forks without end is refused or killed when memory ends", () => {
    const result = guest("fork-bomb", { ram: 16 << 20 });
    // Its children may take the last page before it can say so.
    expect(["refused at last\n", ""]).toContain(result.stdout);
    expect(result.status).toBe(137);
    expect(result.kernel.statistics.forks).toBeGreaterThan(10);
  });

  it("that never ends is stopped at the limit, and its memory can still be read", () => {
    const bytes = readFileSync(join(import.meta.dirname, "fixtures", "hello"));
    const looping = Uint8Array.from(bytes);
    // EB FE, a jump to itself, at the entry point.
    const entry = Number(new DataView(looping.buffer).getBigUint64(24, true) & 0xfffn);
    looping.set([0xeb, 0xfe], entry);
    const result = runGuest({
      files: { "/tmp/loop": looping },
      path: "/tmp/loop",
      argv: ["loop"],
      maxSteps: 1_000_000,
    });
    expect(result.status).toBe("ran out of steps");
    expect(result.kernel.statistics.interrupts).toBeGreaterThan(5);
  });
});
