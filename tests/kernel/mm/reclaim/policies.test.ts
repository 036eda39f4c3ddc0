/**
 * The policies under the kernel: a program refers to pages in a given order, with a given number of frames; which page leaves when
 * must be what the simulation of the same string says. So accessed and dirty bits, TLB and page tables play together.
 */
import { describe, expect, it } from "vitest";
import { changeReplacement } from "../../../../src/kernel/boot/memory.js";
import type { Kernel } from "../../../../src/kernel/kernel.js";
import type { PageEvent } from "../../../../src/kernel/memory-events.js";
import { Optimal } from "../../../../src/kernel/mm/replacement/optimal.js";
import {
  makeReplacementPolicy,
  REPLACEMENT_POLICY_NAMES,
} from "../../../../src/kernel/mm/replacement/policies.js";
import type { ReplacementPolicy } from "../../../../src/kernel/mm/replacement/policy.js";
import { ReferenceRecorder } from "../../../../src/kernel/mm/replacement/reference-recorder.js";
import { type Reference, simulate } from "../../../../src/kernel/mm/replacement/simulate.js";
import type { Engine } from "../../../../src/machine/machine.js";
import { PAGE_SIZE } from "../../../../src/machine/memory/physical-memory.js";
import { startScheduled } from "../../sched/assembled.js";
import { dice } from "./scarce-memory.js";

const PAGES = 32;
const GETPID = 39;
const GETPPID = 110;

/**
 * Locks all that it is, makes the page tables for a region, says so by getpid, and then refers to page after page of it, with a
 * getppid after each. R12 is the region.
 */
const program = (references: readonly Reference[]): string => `
    mov edi, 1                      # MCL_CURRENT
    mov eax, 151                    # mlockall
    syscall
    xor edi, edi
    mov esi, ${PAGES * PAGE_SIZE}
    mov edx, 3
    mov r10d, 0x22
    mov r8, -1
    xor r9d, r9d
    mov eax, 9                      # mmap
    syscall
    mov r12, rax
    mov byte ptr [r12], 1
    mov byte ptr [r12 + ${(PAGES - 1) * PAGE_SIZE}], 1
    mov rdi, r12
    mov esi, 4096
    mov eax, 149                    # mlock
    syscall
    lea rdi, [r12 + ${(PAGES - 1) * PAGE_SIZE}]
    mov esi, 4096
    mov eax, 149
    syscall
    mov eax, ${GETPID}
    syscall
    lea rbx, [rip + references]
next:
    mov eax, [rbx]
    cmp eax, -1
    je over
    mov ecx, [rbx + 4]
    shl rax, 12
    test ecx, ecx
    jz load
    mov byte ptr [r12 + rax], 1
    jmp done
load:
    mov cl, [r12 + rax]
done:
    add rbx, 8
    mov eax, ${GETPPID}
    syscall
    jmp next
over:
    xor edi, edi
    mov eax, 231
    syscall
    .section .data
references:
${references.map((one) => `    .long ${pageOf(one)}, ${isWrite(one) ? 1 : 0}`).join("\n")}
    .long -1, 0
`;

const pageOf = (reference: Reference): number => (typeof reference === "number" ? reference : reference.page);
const isWrite = (reference: Reference): boolean => typeof reference === "number" || reference.write;

/** Only `count` frames are left, and they are handed out in ascending order. */
function leaveFrames(kernel: Kernel, count: number): void {
  while (kernel.reclaim.reclaim());
  const taken: number[] = [];
  while (kernel.frames.available > 0) taken.push(kernel.frames.allocate()!);
  taken.sort((a, b) => a - b);
  for (const frame of taken.slice(0, count).reverse()) kernel.frames.release(frame);
}

interface Run {
  readonly events: readonly PageEvent[];
  /** The pages that left, by their number in the region. */
  readonly evicted: readonly number[];
  readonly faults: number;
  /** Its address. */
  readonly region: number;
}

function runUnder(
  references: readonly Reference[],
  frames: number,
  engine: Engine,
  makePolicy: (region: number, kernel: Kernel) => ReplacementPolicy,
): Run {
  const events: PageEvent[] = [];
  let region = -1;
  let faults = 0;
  const { kernel } = startScheduled(program(references), {
    ...{ engine, ram: 8 << 20, swap: 1 << 20, reclaimBatch: 1 },
  });
  const { residents } = kernel.reclaim;
  kernel.observer = {
    called: ({ name }) => {
      if (name === "getpid") {
        region = Number(kernel.machine.cpu.state.general[12]!);
        leaveFrames(kernel, frames);
        changeReplacement(kernel, makePolicy(region / PAGE_SIZE, kernel));
        events.length = faults = 0;
      } else if (name === "getppid") residents.policy.observe?.(residents);
    },
    pageMoved: (event) => events.push(event),
    pageFault: () => {
      faults++;
    },
  };
  expect(kernel.run(kernel.machine.time + 1_000_000).reason).toBe("ended");
  expect(kernel.first?.ending).toEqual({ kind: "exited", status: 0 });
  const left = events.filter(({ kind }) => kind === "swapped-out" || kind === "dropped");
  return {
    events,
    evicted: left.map(({ users }) => (users[0]!.address - region) / PAGE_SIZE),
    faults,
    region,
  };
}

/** Strings in which each page is stored into before it is read. */
function* strings(count: number): Generator<{ references: Reference[]; frames: number }> {
  const next = dice(7);
  for (let n = 0; n < count; n++) {
    const pages = 4 + next(8);
    const seen = new Set<number>();
    const references = Array.from({ length: 120 }, () => {
      const page = 1 + (next(3) === 0 ? next(pages) : next(pages >> 1));
      const write = !seen.has(page) || next(3) === 0;
      seen.add(page);
      return { page, write };
    });
    yield { references, frames: 2 + next(4) };
  }
}

describe("under the kernel", () => {
  it("first in, first out has 9 faults with three frames and 10 with four (Belady's anomaly)", () => {
    const belady = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5];
    for (const engine of ["evaluator", "translator"] as const)
      expect(
        [3, 4].map((frames) => runUnder(belady, frames, engine, () => makeReplacementPolicy("fifo")).faults),
      ).toEqual([9, 10]);
  });

  for (const name of [...REPLACEMENT_POLICY_NAMES, "optimal"] as const)
    it(`the pages leave that the simulation says, in its order: ${name}`, () => {
      let engine: Engine = "evaluator";
      for (const { references, frames } of strings(6)) {
        const pages = references.map(pageOf);
        const policy = (region: number): ReplacementPolicy =>
          name === "optimal" ? new Optimal(pages.map((page) => region + page)) : makeReplacementPolicy(name);
        const { evicted, faults } = runUnder(references, frames, engine, policy);
        const expected = simulate(references, frames, policy(0));
        expect(evicted).toEqual(expected.steps.flatMap((step) => step.evicted ?? []));
        expect(faults).toBe(expected.faults);
        engine = engine === "evaluator" ? "translator" : "evaluator";
      }
    });

  it("the optimum needs no more than what a first run has recorded", () => {
    for (const { references, frames } of strings(4)) {
      let recorder: ReferenceRecorder | undefined;
      const recording = (region: number, kernel: Kernel): ReplacementPolicy => {
        const start = region * PAGE_SIZE;
        recorder = new ReferenceRecorder(kernel.machine, start, start + PAGES * PAGE_SIZE);
        recorder.begin();
        return makeReplacementPolicy("fifo");
      };
      const { region } = runUnder(references, frames, "translator", recording);
      recorder!.stop();
      const pages = references.map(pageOf);
      const told = pages.filter((page, n) => page !== pages[n - 1]).map((page) => region / PAGE_SIZE + page);
      expect(recorder!.references).toEqual(told);
      const { faults } = runUnder(references, frames, "translator", () => new Optimal(recorder!.references));
      expect(faults).toBe(simulate(references, frames, new Optimal(pages)).faults);
    }
  });

  it("a page that was not stored into since it came back need not be written again", () => {
    const references: Reference[] = [1, 2, 3, 1].map((page) => ({ page, write: true }));
    for (const page of [2, 3, 1, 2, 3, 1]) references.push({ page, write: false });
    const { events } = runUnder(references, 2, "auto", () => makeReplacementPolicy("fifo"));
    const out = events.filter(({ users, kind }) => users.length > 0 && kind !== "swapped-in");
    expect(out.slice(0, 4).every(({ transferred }) => transferred)).toBe(true);
    expect(out.slice(-3).map(({ kind, transferred }) => [kind, transferred])).toEqual(
      new Array(3).fill(["dropped", false]),
    );
  });
});
