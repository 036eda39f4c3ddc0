/**
 * Each line of a source tried alone, on a fresh machine, in one ring after another. What a line does in ring 0 is the
 * measure: where another ring is not refused and yet nothing of that happens, the line was ignored.
 */
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";
import type { Cpu } from "../../machine/cpu/cpu.js";
import { FLAG, GENERAL_NAMES } from "../../machine/isa/registers.js";
import type { Problem, Ring, Trial } from "../../views/machine-state.js";
import { hex, list } from "../../views/numbers.js";
import type { Load } from "../protocol.js";
import { assembleImage } from "./assemble-image.js";
import { bareStage } from "./bare-stage.js";
import { END_VECTOR } from "./long-mode-tables.js";
import type { ProgramImage } from "./program-image.js";

/** A line is a handful of instructions; one that loops is stopped here. */
const MOST_STEPS = 1000;

interface Line {
  readonly number: number;
  readonly text: string;
}

interface Result {
  readonly refused: boolean;
  readonly says: string;
  /** What became of the processor's own settings, as text to compare. */
  readonly system: string;
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
    for (const ring of load.rings) trials.push(trial(line, ring, ring === 0 ? measure : run(assembled.image, ring, load), measure));
  }
  return { trials, problems };
}

function linesOf(source: string): Line[] {
  return source.split("\n").flatMap((text, n) => (text.replace(/#.*/, "").trim() === "" ? [] : [{ number: n + 1, text }]));
}

function trial({ number, text }: Line, ring: Ring, result: Result, measure: Result): Trial {
  const shown = text.replace(/#.*/, "").trim();
  const ignored = !result.refused && !measure.refused && result.system !== measure.system;
  const verdict = result.refused ? "refused" : ignored ? "ignored" : "done";
  const says = ignored ? `no fault, and no effect: in ring 0, ${measure.says}` : result.says;
  return { line: number, text: shown, ring, verdict, says };
}

function run(image: ProgramImage, ring: Ring, load: Load): Result {
  const made = bareStage(image, ring, load.limits);
  if (!("stage" in made)) throw new Error("a line does not fit into the machine");
  const { cpu, crossings } = made.stage;
  const end = image.entry + BigInt(image.sections.find((section) => section.code)?.bytes.length ?? 0);
  const before = values(cpu);
  for (let n = 0; n < MOST_STEPS && cpu.rip !== end && !cpu.halted && cpu.shutDownReason === undefined; n++) {
    made.stage.run(cpu.time + 1);
    const { latest, last } = crossings.state();
    const through = latest.exception ?? (last?.vector === END_VECTOR ? undefined : latest.interrupt);
    if (through !== undefined) {
      const code = through.errorCode === undefined ? "" : `(${through.errorCode === 0 ? "0" : hex(through.errorCode)})`;
      const why = through.detail ?? EXCEPTION_NAMES[through.vector ?? -1]?.[1] ?? "";
      return { refused: through.door === "exception", says: `${through.name}${code}${why === "" ? "" : `: ${why}`}`, system: "" };
    }
  }
  const changed = changes(before, values(cpu));
  if (cpu.halted) changed.push("the processor halted");
  return { refused: false, says: changed.length > 0 ? list(changed) : "nothing changed", system: systemText(cpu) };
}

function values(cpu: Cpu): Map<string, bigint> {
  const { cr0, cr3, cr4, gdtr, idtr, lstar } = cpu.system;
  const general = GENERAL_NAMES[64].map((name, n) => [name, cpu.state.general[n]!] as const);
  const system = { cr0, cr3, cr4, "gdt base": gdtr.base, "idt base": idtr.base, lstar };
  return new Map([...general, ...Object.entries(system), ["IF", (cpu.flags & FLAG.IF) === 0 ? 0n : 1n]]);
}

function changes(before: ReadonlyMap<string, bigint>, after: ReadonlyMap<string, bigint>): string[] {
  return [...after].flatMap(([name, value]) => (value === before.get(name) ? [] : [`${name} became ${hex(value)}`]));
}

/** Everything that only a kernel should be able to change. */
function systemText(cpu: Cpu): string {
  const { cr0, cr3, cr4, gdtr, idtr, lstar } = cpu.system;
  return [cr0, cr3, cr4, gdtr.base, idtr.base, lstar, cpu.flags & (FLAG.IF | FLAG.IOPL), cpu.halted].join();
}
