/** Garbage as code, in ring 0 and ring 3, with random registers: whatever happens happens in the guest. */
import { expect, it } from "vitest";
import { BareMachine, CODE, DATA } from "./bare-machine.js";

/** A seeded generator of numbers below 2^32. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Bytes that are more often instructions of interest: system and string instructions, prefixes, x87 and SSE. */
const LIKELY = [
  0x0f, 0x66, 0xf2, 0xf3, 0x48, 0xcd, 0xcf, 0xf4, 0xee, 0xec, 0x01, 0x00, 0x22, 0x20, 0x30, 0x32, 0xd9, 0xdd,
  0xa4, 0xab,
];

it.each([0, 3] as const)(
  "random bytes executed in ring %s never harm the host, and every step counts",
  (ring) => {
    for (let seed = 1; seed <= 400; seed++) {
      const next = generator(seed * 8 + ring);
      const bare = new BareMachine().load("nop", ring, 0x202);
      const { machine } = bare;
      const { cpu, memory } = machine;
      for (let n = 0; n < 512; n++)
        memory.write8(CODE + n, next() % 3 === 0 ? LIKELY[next() % LIKELY.length]! : next() & 0xff);
      for (let register = 0; register < 16; register++) {
        const kind = next() % 4;
        const wild = (BigInt(next()) << 32n) | BigInt(next());
        cpu.state.general[register] =
          kind === 0 ? wild : kind === 1 ? BigInt(next() & 0xff) : BigInt(DATA + (next() & 0xffff8));
      }
      const begin = cpu.time;
      const result = machine.run(begin + 2000);
      expect(["limit", "halted", "shutdown", "stopped"]).toContain(result.reason);
      expect(cpu.time - begin).toBeLessThanOrEqual(2000);
    }
  },
);
