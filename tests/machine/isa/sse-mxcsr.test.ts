/** SSE and MMX under every rounding mode, mask, DAZ and FTZ: recorded from a real CPU, replayed; one test a mnemonic. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Replayer } from "../../silicon/replay.js";
import { readVectors, type Vector } from "../../silicon/vector-file.js";

const file = fileURLToPath(new URL("../../silicon/mxcsr-vectors.jsonl.gz", import.meta.url));
const replayer = new Replayer();
const byMnemonic = new Map<string, Vector[]>();
for (const vector of readVectors(file)) {
  const mnemonic = vector.code.split("_")[0]!.toLowerCase();
  const known = byMnemonic.get(mnemonic);
  if (known) known.push(vector);
  else byMnemonic.set(mnemonic, [vector]);
}

describe("under any MXCSR", () => {
  for (const [mnemonic, vectors] of byMnemonic) {
    it(`${mnemonic} leaves the registers, flags, memory or fault that a real CPU left`, () => {
      const found: string[] = [];
      for (const vector of vectors) {
        const outcome = replayer.replay(vector);
        if (outcome.length > 0) found.push(`${vector.code} ${vector.hex}: ${outcome.join("; ")}`);
      }
      expect(found).toEqual([]);
    });
  }
});
