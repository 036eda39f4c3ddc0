/** The policies on strings of references: each against its definition in words, and all against the optimum. */
import { describe, expect, it } from "vitest";
import { Fifo } from "../../../../src/kernel/mm/replacement/fifo.js";
import { Lru } from "../../../../src/kernel/mm/replacement/lru.js";
import { Optimal } from "../../../../src/kernel/mm/replacement/optimal.js";
import {
  makeReplacementPolicy,
  REPLACEMENT_POLICY_NAMES,
} from "../../../../src/kernel/mm/replacement/policies.js";
import { type Reference, simulate } from "../../../../src/kernel/mm/replacement/simulate.js";

const BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];

/** A seeded string of references, with places of many and of few uses. */
function* strings(count: number): Generator<{ references: number[]; frames: number }> {
  let state = 12345;
  const next = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % limit;
  };
  for (let n = 0; n < count; n++) {
    const pages = 2 + next(10);
    const references = Array.from({ length: 10 + next(80) }, () =>
      next(3) === 0 ? next(pages) : next(1 + (pages >> 1)),
    );
    yield { references, frames: 1 + next(6) };
  }
}

/** What is in memory and what leaves, by a definition in words: `victim` chooses among pages at a time. */
function faultsBy(
  references: readonly number[],
  frames: number,
  victim: (resident: readonly number[], time: number) => number,
): number {
  let resident: number[] = [];
  let faults = 0;
  references.forEach((page, time) => {
    if (resident.includes(page)) return;
    faults++;
    if (resident.length === frames) {
      const gone = victim(resident, time);
      resident = resident.filter((other) => other !== gone);
    }
    resident.push(page);
  });
  return faults;
}

const lastUse = (references: readonly number[], page: number, time: number): number =>
  references.lastIndexOf(page, time - 1);
const nextUse = (references: readonly number[], page: number, time: number): number => {
  const next = references.indexOf(page, time);
  return next < 0 ? Number.POSITIVE_INFINITY : next;
};
const least = (pages: readonly number[], of: (page: number) => number): number =>
  pages.reduce((best, page) => (of(page) < of(best) ? page : best));

describe("on a string of references", () => {
  it("first in, first out has more faults with four frames than with three (Belady's anomaly)", () => {
    expect([3, 4].map((frames) => simulate(BELADY, frames, new Fifo()).faults)).toEqual([9, 10]);
  });

  it("first in, first out evicts what came first", () => {
    for (const { references, frames } of strings(200))
      expect(simulate(references, frames, new Fifo()).faults).toBe(
        faultsBy(references, frames, ([first]) => first!),
      );
  });

  it("least recently used evicts what was used last the longest time ago, step by step", () => {
    for (const { references, frames } of strings(200)) {
      const { steps, faults } = simulate(references, frames, new Lru());
      steps.forEach(({ evicted }, time) => {
        if (evicted === undefined) return;
        const before = steps[time - 1]!.frames.filter((page) => page !== undefined);
        expect(evicted).toBe(least(before, (page) => lastUse(references, page, time)));
      });
      expect(faults).toBe(
        faultsBy(references, frames, (resident, time) =>
          least(resident, (page) => lastUse(references, page, time)),
        ),
      );
    }
  });

  it("the optimum has as few faults as evicting what is needed latest, and nobody has fewer", () => {
    for (const { references, frames } of strings(300)) {
      const { faults } = simulate(references, frames, new Optimal(references));
      expect(faults).toBe(
        faultsBy(references, frames, (resident, time) =>
          least(resident, (page) => -nextUse(references, page, time)),
        ),
      );
      for (const name of REPLACEMENT_POLICY_NAMES)
        expect(simulate(references, frames, makeReplacementPolicy(name)).faults).toBeGreaterThanOrEqual(
          faults,
        );
    }
  });

  it("no sequence of evictions at all beats the optimum", () => {
    const best = (references: readonly number[], frames: number, resident: readonly number[]): number => {
      const missed = references.findIndex((page) => !resident.includes(page));
      if (missed < 0) return 0;
      const rest = references.slice(missed + 1);
      const page = references[missed]!;
      if (resident.length < frames) return 1 + best(rest, frames, [...resident, page]);
      return (
        1 +
        Math.min(...resident.map((gone) => best(rest, frames, [...resident.filter((p) => p !== gone), page])))
      );
    };
    for (const { references } of strings(40)) {
      const short = references.slice(0, 14);
      expect(simulate(short, 3, new Optimal(short)).faults).toBe(best(short, 3, []));
    }
  });

  it("the clock does what second chance does", () => {
    for (const { references, frames } of strings(200)) {
      const [clock, chance] = (["clock", "second-chance"] as const).map((name) =>
        simulate(references, frames, makeReplacementPolicy(name)).steps.map(({ evicted }) => evicted),
      );
      expect(clock).toEqual(chance);
    }
  });

  it("second chance never evicts a page that was used since it was looked at last while another was not", () => {
    for (const { references, frames } of strings(200)) {
      const { steps } = simulate(references, frames, makeReplacementPolicy("second-chance"));
      steps.forEach(({ evicted }, time) => {
        if (evicted === undefined) return;
        const before = steps[time - 1]!;
        const untouched = before.frames.filter((_, frame) => !before.accessed[frame]);
        if (untouched.length > 0) expect(untouched).toContain(evicted);
      });
    }
  });

  it("enhanced second chance writes out less than second chance where half the pages are only read", () => {
    let [plain, enhanced] = [0, 0];
    for (const { references, frames } of strings(300)) {
      const withStores: Reference[] = references.map((page) => ({ page, write: page % 2 === 0 }));
      plain += simulate(withStores, frames, makeReplacementPolicy("second-chance")).writeOuts;
      enhanced += simulate(withStores, frames, makeReplacementPolicy("enhanced-second-chance")).writeOuts;
    }
    expect(enhanced).toBeLessThan(plain);
  });

  it("enhanced second chance evicts a clean untouched page as long as there is one", () => {
    for (const { references, frames } of strings(200)) {
      const withStores: Reference[] = references.map((page) => ({ page, write: page % 3 === 0 }));
      const { steps } = simulate(withStores, frames, makeReplacementPolicy("enhanced-second-chance"));
      steps.forEach(({ evicted }, time) => {
        if (evicted === undefined) return;
        const before = steps[time - 1]!;
        const free = before.frames.filter((_, n) => !before.accessed[n] && !before.dirty[n]);
        if (free.length > 0) expect(free).toContain(evicted);
      });
    }
  });

  it("every policy keeps exactly the frames that it was given and not told to forget", () => {
    for (const name of REPLACEMENT_POLICY_NAMES) {
      const policy = makeReplacementPolicy(name);
      const no = () => false;
      const view = {
        ...{ isAccessed: no, takeAccessed: no, isDirty: no },
        ...{ pageIn: (frame: number) => frame, wanted: undefined },
      };
      const kept = new Set<number>();
      for (let n = 0; n < 500; n++) {
        const frame = (n * 37) % 200;
        if (kept.delete(frame)) policy.remove(frame);
        else {
          kept.add(frame);
          policy.admit(frame, view);
        }
        policy.remove(frame + 1000);
        expect(policy.length).toBe(kept.size);
      }
      expect([...policy.order()].sort((a, b) => a - b)).toEqual([...kept].sort((a, b) => a - b));
      while (policy.length > 0) {
        const chosen = policy.choose(view)!;
        expect(kept.delete(chosen)).toBe(true);
        policy.remove(chosen);
      }
      expect(policy.choose(view)).toBeUndefined();
    }
  });
});
