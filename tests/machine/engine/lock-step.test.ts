/** The translator shows in nothing: registers, flags, memory and count of steps are those of the evaluator alone. */
import { describe, expect, it } from "vitest";
import { UserCpu } from "../user-cpu.js";
import {
  COUNTER,
  type Numbers,
  numbers,
  pieces,
  type RandomProgram,
  randomProgram,
} from "./random-program.js";

const CODE = 0x10000000;
const CODE_FRAME = 0x10000;
const DATA = 0x20000000;
const DATA_FRAME = 0x20000;
/** Page-table entry of the data area's first page: the second table that `UserCpu` makes. */
const DATA_ENTRY = 0x5000;
const ROUNDS = 12;
const LIMIT = 20_000;
const PROGRAMS = Number(process.env["LOCK_STEP_PROGRAMS"] ?? 1500);

const choices = pieces();

function machineWith(engine: "evaluator" | "translator"): UserCpu {
  const machine = new UserCpu([
    { linear: CODE, frame: CODE_FRAME, pages: 2, writable: true },
    { linear: DATA, frame: DATA_FRAME, pages: 4, writable: true },
  ]);
  if (engine === "translator") machine.cpu.useTranslator();
  return machine;
}

const evaluated = machineWith("evaluator");
const translated = machineWith("translator");

function prepare(machine: UserCpu, program: RandomProgram, seed: number): void {
  const { cpu } = machine;
  const next = numbers(seed);
  machine.reset();
  cpu.memory.fill(CODE_FRAME, 8192, 0xcc);
  cpu.memory.fill(DATA_FRAME, 0x4000);
  for (let n = 0; n < 0x3000; n += 4) cpu.memory.write32(DATA_FRAME + n, next(2 ** 32));
  cpu.memory.writeBytes(CODE_FRAME + 0xf00, program.bytes);
  cpu.memory.write32(DATA_FRAME + COUNTER - DATA, ROUNDS);
  for (let n = 0; n < 16; n++) cpu.state.general[n] = BigInt(DATA + next(0x2000));
  for (let n = 0; n < 32; n++) cpu.state.vectors[n] = (BigInt(next(2 ** 32)) << 32n) | BigInt(next(2 ** 32));
  cpu.system.mxcsr = next(2) === 0 ? 0x1f80 : 0x1fa0;
  cpu.time = 0;
  machine.clear();
  cpu.flags = 0x202 | (next(2 ** 12) & 0x8d5);
  cpu.rip = BigInt(CODE + 0xf00);
}

/** Everything that a program could have changed, by name. */
function stateOf(machine: UserCpu): Record<string, unknown> {
  const { cpu } = machine;
  const { x87 } = cpu.state;
  const memory = cpu.memory.readBytes(DATA_FRAME, 0x4000);
  let sum = 0;
  for (const byte of memory) sum = (Math.imul(sum, 31) + byte) | 0;
  return {
    rip: cpu.rip.toString(16),
    flags: cpu.flags.toString(16),
    time: cpu.time,
    deliveries: cpu.deliveries,
    caught: machine.caught,
    general: [...cpu.state.general].map((value) => value.toString(16)),
    vectors: [...cpu.state.vectors].map((value) => value.toString(16)),
    x87: [...x87.significands, x87.top, x87.status, x87.control, x87.tagWord].join(" "),
    mxcsr: cpu.system.mxcsr,
    memory: sum,
    tables: [0, 1, 2, 3].map((n) => cpu.memory.read64(DATA_ENTRY + 8 * n).toString(16)),
  };
}

/** Runs to `LIMIT` or to the end, in slices of `slice()` steps; before each slice `meanwhile` may do something. */
function run(machine: UserCpu, slice: () => number, meanwhile: () => void): void {
  const { cpu } = machine;
  while (cpu.time < LIMIT && cpu.shutDownReason === undefined) {
    meanwhile();
    cpu.run(Math.min(LIMIT, cpu.time + slice()));
  }
}

function translateSometimes(machine: UserCpu, next: Numbers): void {
  if (next(3) > 0) return;
  try {
    machine.cpu.translateHere();
  } catch {
    // The code here cannot be fetched: running it will say so.
  }
}

describe("the translator", () => {
  it("leaves registers, flags, memory and count as the evaluator does, whatever the budget", () => {
    const next = numbers(20261124);
    let steps = 0;
    for (let n = 0; n < PROGRAMS; n++) {
      const program = randomProgram(next, choices);
      for (const machine of [evaluated, translated]) prepare(machine, program, n);
      run(
        evaluated,
        () => LIMIT,
        () => {},
      );
      run(
        translated,
        () => 1 + next(next(2) === 0 ? 20 : 2000),
        () => translateSometimes(translated, next),
      );
      expect(stateOf(translated), `program ${n}\n${program.listing}`).toEqual(stateOf(evaluated));
      steps += evaluated.cpu.time;
    }
    // Otherwise little was compared.
    expect(translated.cpu.translatedSteps).toBeGreaterThan(steps / 4);
  });

  it("raises page faults at the same instruction, with nothing half done, while pages vanish under the program", () => {
    const next = numbers(4);
    let faults = 0;
    for (let n = 0; n < PROGRAMS / 3; n++) {
      const program = randomProgram(next, choices);
      const moments = numbers(n);
      const turns = Array.from({ length: 200 }, () => [1 + moments(150), moments(4), moments(4)] as const);
      const outcomes = [evaluated, translated].map((machine) => {
        prepare(machine, program, n);
        const { cpu } = machine;
        for (const [steps, page, change] of turns) {
          if (machine === translated) translateSometimes(machine, next);
          cpu.run(cpu.time + steps);
          if (machine.caught?.vector === 14) faults++;
          if (machine.caught && machine.caught.vector !== 14) break;
          machine.clear();
          const entry = DATA_ENTRY + 8 * page;
          const flags = [7n, 7n, 5n, 0n][change]!;
          cpu.memory.write64(entry, BigInt(DATA_FRAME + page * 4096) | flags);
        }
        return stateOf(machine);
      });
      expect(outcomes[1], `program ${n}\n${program.listing}`).toEqual(outcomes[0]);
    }
    expect(faults).toBeGreaterThan(100);
  });
});
