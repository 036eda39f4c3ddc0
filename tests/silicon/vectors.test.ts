/** Every recorded instruction of a real CPU, replayed; one test a mnemonic. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Replayer } from "./replay.js";
import { readVectors, type Vector } from "./vector-file.js";

const replayer = new Replayer();
const vectors = readVectors(fileURLToPath(new URL("vectors.jsonl.gz", import.meta.url)));

const byMnemonic = new Map<string, Vector[]>();
for (const vector of vectors) {
  const mnemonic = vector.code.split("_")[0]!.toLowerCase();
  byMnemonic.set(mnemonic, [...(byMnemonic.get(mnemonic) ?? []), vector]);
}

/** The differences of all vectors, one line each; an instruction that the machine lacks is one too. */
function differences(of: readonly Vector[]): string[] {
  const found: string[] = [];
  for (const vector of of) {
    const outcome = replayer.replay(vector);
    if (outcome.length > 0) found.push(`${vector.code} ${vector.hex}: ${outcome.join("; ")}`);
  }
  return found;
}

describe("the machine does what a real CPU did", () => {
  for (const [mnemonic, of] of byMnemonic) {
    it(`${mnemonic} leaves the registers, flags, memory or fault that were recorded`, () =>
      expect(differences(of)).toEqual([]));
  }
});
