/** However little memory there is, programs find what they have written, where they have written it. */
import { describe, expect, it } from "vitest";
import { MREMAP_FIXED, MREMAP_MAYMOVE } from "../../../../src/kernel/abi/memory-flags.js";
import { RegularFile } from "../../../../src/kernel/fs/regular-file.js";
import { nobody } from "../../../../src/kernel/mm/accounts.js";
import type { AddressSpace } from "../../../../src/kernel/mm/address-space.js";
import { mremap } from "../../../../src/kernel/mm/remap.js";
import {
  makeReplacementPolicy,
  REPLACEMENT_POLICY_NAMES,
} from "../../../../src/kernel/mm/replacement/policies.js";
import { SharedPages } from "../../../../src/kernel/mm/shared-pages.js";
import { UserMemory } from "../../../../src/kernel/mm/user-memory.js";
import { Vma } from "../../../../src/kernel/mm/vma.js";
import { VM_LOCKED, VM_NOHUGEPAGE } from "../../../../src/kernel/mm/vma-flags.js";
import { PAGE_SIZE } from "../../../../src/machine/memory/physical-memory.js";
import { dice, get, put, ScarceMemory } from "./scarce-memory.js";

const READ_WRITE = 3;
const PAGES = 24;
const SIZE = PAGES * PAGE_SIZE;
const PRIVATE = 0x400000;
const SHARED = 0x10000000;
const FILE = 0x20000000;
const COPY = 0x30000000;
const AWAY = 0x40000000;

/** A process, and what it must see. */
interface Process {
  readonly space: AddressSpace;
  readonly own: Uint8Array;
  readonly copied: Uint8Array;
  /** Where its private memory lies now. */
  at: number;
}

function mapAll(machine: ScarceMemory, space: AddressSpace, shared: SharedPages, file: RegularFile): void {
  space.insert(new Vma(PRIVATE, PRIVATE + SIZE, READ_WRITE));
  const common = new Vma(SHARED, SHARED + SIZE, READ_WRITE);
  common.share();
  common.shared = shared;
  common.offset = 0;
  space.insert(common);
  for (const [start, isShared] of [
    [FILE, true],
    [COPY, false],
  ] as const) {
    const mapping = new Vma(start, start + SIZE, READ_WRITE);
    mapping.mapFile(file, 0);
    if (isShared) mapping.share();
    space.insert(mapping);
  }
  expect(machine.system.reclaim.spaces.has(space)).toBe(true);
}

function run(seed: number, machine: ScarceMemory, steps: number): void {
  const next = dice(seed);
  const file = new RegularFile(machine.files, 0o644, new Uint8Array(SIZE).fill(7));
  const shared = new SharedPages(SIZE, 1);
  const common = new Uint8Array(SIZE);
  const inFile = new Uint8Array(SIZE).fill(7);
  const first = machine.newSpace();
  mapAll(machine, first, shared, file);
  // What the private mapping of the file shows where nothing was written to it is the file's; so it is written at once.
  const processes: Process[] = [
    { space: first, own: new Uint8Array(SIZE), copied: new Uint8Array(SIZE), at: PRIVATE },
  ];
  for (let offset = 0; offset < SIZE; offset += PAGE_SIZE) {
    expect(new UserMemory(first).write(COPY + offset, new Uint8Array(PAGE_SIZE))).toBe(true);
  }
  for (let step = 1; step <= steps; step++) {
    const one = processes[next(processes.length)]!;
    const { space } = one;
    const offset = next(SIZE);
    const value = step & 0xff;
    const areas = [
      [one.at, one.own],
      [SHARED, common],
      [FILE, inFile],
      [COPY, one.copied],
    ] as const;
    const [start, model] = areas[next(4)]!;
    const choice = next(24);
    if (choice < 10) {
      expect(put(space, start + offset, value)).toBe(true);
      model[offset] = value;
    } else if (choice < 18)
      expect(get(space, start + offset), `seed ${seed} step ${step}`).toBe(model[offset]);
    else if (choice === 18 && processes.length < 4) {
      const child = space.fork(machine.frames.allocate()!)!;
      processes.push({ space: child, own: one.own.slice(), copied: one.copied.slice(), at: one.at });
    } else if (choice === 19 && processes.length > 1) {
      space.release();
      processes.splice(processes.indexOf(one), 1);
    } else if (choice === 20) {
      const page = offset - (offset % PAGE_SIZE);
      space.discard(one.at + page, one.at + page + PAGE_SIZE);
      one.own.fill(0, page, page + PAGE_SIZE);
    } else if (choice === 21) {
      const target = one.at === PRIVATE ? AWAY : PRIVATE;
      const request = { address: one.at, oldLength: SIZE, newLength: SIZE, newAddress: target };
      expect(mremap(space, { ...request, flags: MREMAP_MAYMOVE | MREMAP_FIXED }, nobody())).toBe(target);
      one.at = target;
    } else if (choice === 22) {
      file.write({} as never, Uint8Array.of(value), offset);
      inFile[offset] = value;
    } else if (choice === 23)
      machine.system.reclaim.residents.policy.observe?.(machine.system.reclaim.residents);
  }
  for (const { space, own, copied, at } of processes) {
    const memory = new UserMemory(space);
    for (const [start, model] of [
      [at, own],
      [SHARED, common],
      [FILE, inFile],
      [COPY, copied],
    ] as const)
      expect(Buffer.compare(memory.read(start, SIZE)!, model), `seed ${seed} at ${start.toString(16)}`).toBe(
        0,
      );
    space.release();
  }
  expect(Buffer.compare(file.readAt(0, SIZE), inFile)).toBe(0);
  while (machine.system.reclaim.reclaim());
  expect(machine.frames.inUse, `seed ${seed}: frames`).toBe(0);
  expect(machine.swapUsed, `seed ${seed}: slots`).toBe(0);
  expect(machine.system.swap.cached).toBe(0);
  expect(machine.system.reclaim.residents.policy.length).toBe(0);
}

describe("with few frames and a swap area", () => {
  for (const name of REPLACEMENT_POLICY_NAMES)
    it(`all bytes of all mappings are as with plenty of memory, and nothing is left behind: ${name}`, () => {
      for (let seed = 1; seed <= 25; seed++) {
        const machine = new ScarceMemory(60 + (seed % 5) * 8, 700, makeReplacementPolicy(name));
        if (seed % 2 === 0) machine.system.reclaim.batch = 1;
        run(seed, machine, 700);
        expect(machine.movements.length).toBeGreaterThan(50);
      }
    });
});

describe("huge pages", () => {
  const HUGE = 2 << 20;

  it("are split when nothing else can go, and keep their bytes", () => {
    const machine = new ScarceMemory(2600, 3000);
    machine.system.hugePages.value = "always";
    const space = machine.newSpace();
    space.insert(new Vma(2 * HUGE, 5 * HUGE, READ_WRITE));
    const contents = (page: number) => (page * 7) & 0xff;
    for (let page = 0; page < (3 * HUGE) / PAGE_SIZE; page++)
      expect(put(space, 2 * HUGE + page * PAGE_SIZE, contents(page))).toBe(true);
    const inUse = () => machine.system.hugePages.inUse;
    expect(inUse()).toBe(3);
    // A child shares the second one; both have to be split before its pages can leave.
    const child = space.fork(machine.frames.allocate()!)!;
    const locked = new Vma(SHARED, SHARED + 1700 * PAGE_SIZE, READ_WRITE);
    locked.flags |= VM_LOCKED | VM_NOHUGEPAGE;
    space.insert(locked);
    for (let page = 0; page < 1700; page++)
      expect(put(space, SHARED + page * PAGE_SIZE, page & 0xff)).toBe(true);
    expect(inUse()).toBeLessThan(6);
    expect(machine.movements.filter(({ kind }) => kind === "swapped-out").length).toBeGreaterThan(600);
    for (const one of [space, child])
      for (let page = 0; page < (3 * HUGE) / PAGE_SIZE; page++)
        expect(get(one, 2 * HUGE + page * PAGE_SIZE)).toBe(contents(page));
    for (const one of [space, child]) one.release();
    expect([machine.frames.inUse, machine.swapUsed, inUse()]).toEqual([0, 0, 0]);
  });
});
