/** Which engine runs shows in nothing: whole programs end at the same t with the same bytes in all of the memory. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../src/machine/machine.js";
import { hasCommand } from "./oracles.js";
import { runGuest } from "./run-guest.js";

const folder = join(import.meta.dirname, "fixtures");
const BUSYBOX = "/bin/busybox";
const RAM = 48 << 20;

/** All that can be known of a run from outside. */
function moments(bytes: Uint8Array, argv: readonly string[], engine: Engine): Record<string, unknown> {
  const { kernel, stdout, stderr, status } = runGuest({
    files: { "/tmp/program": bytes },
    path: "/tmp/program",
    argv,
    ram: RAM,
    engine,
    maxSteps: 30_000_000,
  });
  const { cpu, clock, memory } = kernel.machine;
  return {
    stdout,
    stderr,
    status,
    time: cpu.time,
    deliveries: cpu.deliveries,
    clock: clock.now,
    rip: cpu.rip,
    flags: cpu.flags,
    registers: [...cpu.state.general],
    vectors: [...cpu.state.vectors],
    memory: createHash("sha256").update(memory.bytes).digest("hex"),
  };
}

describe("a program runs to the same end on the evaluator and on the translator", () => {
  const names = readdirSync(folder).filter((name) => !/\.|^manifest/.test(name));

  it.each(names)("%s", (name) => {
    const bytes = readFileSync(join(folder, name));
    expect(moments(bytes, [name], "translator")).toEqual(moments(bytes, [name], "evaluator"));
  });

  it.runIf(hasCommand(BUSYBOX))("busybox, sorting and hashing", () => {
    const bytes = readFileSync(BUSYBOX);
    const script = "i=0; while [ $i -lt 15 ]; do echo $((i * 7919 % 101)); i=$((i + 1)); done";
    const argv = ["sh", "-c", script];
    const translated = moments(bytes, argv, "translator");
    expect(translated["status"]).toBe(0);
    expect(translated).toEqual(moments(bytes, argv, "evaluator"));
  });
});
