/**
 * Each line of a source tried alone, on a fresh machine, in one ring after another. What a line does in ring 0 is the
 * measure: where another ring is not refused and yet nothing of that happens, the line was ignored.
 */

import type { Cpu } from "../../machine/cpu/cpu.js";
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";
import { FLAG, GENERAL_NAMES } from "../../machine/isa/registers.js";
import type { MachineState, Problem, Ring, Trial } from "../../views/machine-state.js";
import { hex, list, plural } from "../../views/numbers.js";
import { emptyState } from "../empty-state.js";
import { peekBytes } from "../observe/peek.js";
import type { Load } from "../protocol.js";
import { assembleImage } from "./assemble-image.js";
import { bareStage } from "./bare-stage.js";
import { END_VECTOR } from "./long-mode-tables.js";
import type { ProgramImage } from "./program-image.js";

/** A line is a handful of instructions; one that loops is stopped here. */
const MOST_STEPS = 1000;

/** Each trial has a machine of its own, so a small one. */
const TRIAL_MEMORY = 4 << 20;

/** #DB, #BP and #OF report; they do not refuse. */
const TRAPS: readonly number[] = [1, 3, 4];

/** Memory around RSP is watched too: that is where lines without data of their own write. */
const WATCHED = 64n;

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Result {
  readonly refused: boolean;
  readonly says: string;
  /** What became of the processor's own settings, as text to compare. */
  readonly system: string;
  /** The changes among them, in words. */
  readonly systemSays: string;
}

/** All trials as one state. */
export function answerTrials(load: Load): { state: MachineState; problems: readonly Problem[] } {
  const { trials, problems } = tryInstructions(load);
  const says = `each line was tried alone, in ${plural(load.rings.length, "ring")}`;
  return { state: { ...emptyState(), trials, outcome: { kind: "tried", says } }, problems };
}

/** Tries every line of the source of `load` that holds an instruction, in each ring of `load.rings`. */
export function tryInstructions(load: Load): { trials: Trial[]; problems: Problem[] } {
  if (load.program.kind !== "source") throw new Error("only a source can be tried line by line");
  const problems: Problem[] = [];
  const trials: Trial[] = [];
  for (const line of linesOf(load.program.text)) {
    const assembled = assembleImage(line.text);
    if ("problems" in assembled) {
      problems.push(...assembled.problems.map((problem) => ({ ...problem, line: line.number })));
      continue;
    }
    const measure = run(assembled.image, 0, load);
    for (const ring of load.rings)
      trials.push(trial(line, ring, ring === 0 ? measure : run(assembled.image, ring, load), measure));
  }
  return { trials, problems };
}

function linesOf(source: string): Line[] {
  return source
    .split("\n")
    .flatMap((text, n) => (text.replace(/#.*/, "").trim() === "" ? [] : [{ number: n + 1, text }]));
}

function trial({ number, text }: Line, ring: Ring, result: Result, measure: Result): Trial {
  const shown = text.replace(/#.*/, "").trim();
  const ignored = !result.refused && !measure.refused && result.system !== measure.system;
  const verdict = result.refused ? "refused" : ignored ? "ignored" : "done";
  const says = ignored ? `no fault, and no effect: in ring 0, ${measure.systemSays}` : result.says;
  return { line: number, text: shown, ring, verdict, says };
}

function run(image: ProgramImage, ring: Ring, load: Load): Result {
  const made = bareStage(image, ring, { ...load.limits, memory: TRIAL_MEMORY });
  if (!("stage" in made)) throw new Error("a line does not fit into the machine");
  const { crossings, world } = made.stage;
  const { cpu } = world.machine;
  const end = image.entry + BigInt(image.sections.find((section) => section.code)?.bytes.length ?? 0);
  const before = values(cpu);
  for (let n = 0; n < MOST_STEPS && cpu.rip !== end && !cpu.halted && cpu.shutDownReason === undefined; n++) {
    world.run(cpu.time + 1);
    const { latest, last } = crossings.state();
    const through = latest.exception ?? (last?.vector === END_VECTOR ? undefined : latest.interrupt);
    if (through !== undefined) {
      const code =
        through.errorCode === undefined ? "" : `(${through.errorCode === 0 ? "0" : hex(through.errorCode)})`;
      const why = through.detail ?? EXCEPTION_NAMES[through.vector ?? -1]?.[1] ?? "";
      return {
        refused: through.door === "exception" && !TRAPS.includes(through.vector ?? -1),
        says: `${through.name}${code}${why === "" ? "" : `: ${why}`}`,
        system: "",
        systemSays: "",
      };
    }
  }
  const changed = changes(before, values(cpu));
  const ofSystem = changed.filter(({ general }) => !general).map(({ says }) => says);
  if (cpu.halted) ofSystem.push("the processor halted");
  const ofProgram = [
    ...changed.filter(({ general }) => general).map(({ says }) => says),
    ...writes(cpu, before.get("rsp") ?? 0n),
  ];
  const says = list([...ofProgram, ...ofSystem]) || "nothing changed";
  return { refused: false, says, system: systemText(cpu), systemSays: list(ofSystem) };
}

function values(cpu: Cpu): Map<string, bigint> {
  const { cr0, cr3, cr4, gdtr, idtr, lstar } = cpu.system;
  const general = GENERAL_NAMES[64].map((name, n) => [name, cpu.state.general[n]!] as const);
  const system = { cr0, cr3, cr4, "gdt base": gdtr.base, "idt base": idtr.base, lstar };
  const flags = [
    ["IF", BigInt((cpu.flags & FLAG.IF) >> 9)],
    ["IOPL", BigInt((cpu.flags & FLAG.IOPL) >> 12)],
  ] as const;
  return new Map([...general, ...Object.entries(system), ...flags]);
}

/** Where memory near `rsp` was zero at the start and is not now. */
function writes(cpu: Cpu, rsp: bigint): string[] {
  const first = rsp - WATCHED;
  const written = peekBytes(cpu, first, Number(2n * WATCHED)).findIndex(
    (byte) => byte !== undefined && byte !== 0,
  );
  return written < 0 ? [] : [`memory at rsp${signedText(BigInt(written) - WATCHED)} was written`];
}

const signedText = (n: bigint): string => (n < 0n ? String(n) : `+${n}`);

function changes(
  before: ReadonlyMap<string, bigint>,
  after: ReadonlyMap<string, bigint>,
): { general: boolean; says: string }[] {
  return [...after].flatMap(([name, value], n) =>
    value === before.get(name)
      ? []
      : [{ general: n < 16, says: `${name} became ${/^I/.test(name) ? value : hex(value)}` }],
  );
}

/** Everything that only a kernel should be able to change. */
function systemText(cpu: Cpu): string {
  const { cr0, cr3, cr4, gdtr, idtr, lstar } = cpu.system;
  return [cr0, cr3, cr4, gdtr.base, idtr.base, lstar, cpu.flags & (FLAG.IF | FLAG.IOPL), cpu.halted].join();
}
