/** Programs with random bytes changed: refused, killed, ended or stopped, but never more than that. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runGuest } from "./run-guest.js";

const fixtures = join(import.meta.dirname, "fixtures");

it.each(["gates", "memory", "files", "doubles", "copy-on-write"])(
  "a damaged %s ends in the guest",
  (name) => {
    const original = readFileSync(join(fixtures, name));
    let state = name.length * 7919;
    const next = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 9;
    };
    for (let round = 0; round < 60; round++) {
      const bytes = Uint8Array.from(original);
      for (let n = 0; n < 1 + (round % 8); n++) bytes[next() % bytes.length] = next() & 0xff;
      const { status } = runGuest({
        files: { "/tmp/x": bytes },
        path: "/tmp/x",
        argv: ["x"],
        ram: 24 << 20,
        maxSteps: 60_000,
      });
      expect(String(status)).toMatch(/^(\d+|refused: -\d+|ran out of steps|waiting)$/);
    }
  },
);
