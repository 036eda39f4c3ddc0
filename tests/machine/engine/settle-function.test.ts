/** The function for lazy flags in generated code says what the evaluator says. */
import { describe, expect, it } from "vitest";
import { FLAG_RULES, LazyFlags } from "../../../src/machine/cpu/lazy-flags.js";
import { IMPORT } from "../../../src/machine/engine/engine-cells.js";
import { moduleHead, SERVICE_TYPES, wholeModule } from "../../../src/machine/engine/module-format.js";
import { settleFunction } from "../../../src/machine/engine/settle-function.js";
import type { FlagRule } from "../../../src/machine/isa/ops.js";
import { FLAG, STATUS_FLAGS } from "../../../src/machine/isa/registers.js";
import { LinearMemory } from "../../../src/machine/memory/linear-memory.js";
import { Seeded } from "../float/operands.js";

type Settle = (bits: number, rule: number, a: bigint, b: bigint, result: bigint) => number;

function compiled(): Settle {
  const type = SERVICE_TYPES[IMPORT.SETTLE_FLAGS]!;
  const head = moduleHead({ imported: [], table: false, functions: [type], exported: { settle: 0 } });
  const module = new WebAssembly.Module(wholeModule(head, [settleFunction()]));
  const { importable } = new LinearMemory(0);
  const instance = new WebAssembly.Instance(module, { e: { m: importable as WebAssembly.Memory } });
  return instance.exports["settle"] as unknown as Settle;
}

const EDGES = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x8000n, 0xffffn, 0x80000000n, (1n << 63n) - 1n, 1n << 63n];
const ROUNDS = 2000;

describe("the function for lazy flags", () => {
  const settle = compiled();

  it.each([8, 16, 32, 64])("gives RFLAGS for every rule of %i bits, as the evaluator does", (size) => {
    const random = new Seeded(BigInt(size));
    const value = () => BigInt.asUintN(size, random.below(3) === 0 ? random.pick(EDGES) : random.next());
    for (const [number, rule] of FLAG_RULES.entries()) {
      for (let round = 0; round < ROUNDS; round++) {
        const before = (random.below(1 << 22) & (STATUS_FLAGS | FLAG.DF | FLAG.IF)) | 2;
        const [a, b, result] = [value(), value(), value()];
        const flags = new LazyFlags();
        flags.value = before;
        if (rule === "result") flags.leaveResult(size, result);
        else if (rule !== "none") flags.leave(rule as FlagRule, size, a, b, result);
        const { lazyBits, lazyRule } = flags;
        expect(lazyRule & 0xff).toBe(number);
        const given = settle(lazyBits, lazyRule, a, b, result);
        if (given !== flags.value) expect({ rule, before, a, b, result, given }).toEqual(flags.value);
      }
    }
  });
});
