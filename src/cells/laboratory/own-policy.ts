/** A scheduling function of the reader's own beside the kernel's round-robin, on the same workload. */
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { editor, hog } from "../../kernel/sched/laboratory/workload.js";
import type { PolicyFault } from "../../kernel/sched/reader-fault.js";
import type { Problem } from "../../views/machine-state.js";
import type { OpenedSession } from "../cell-session.js";
import type { ReaderCode } from "../policy/reader-code.js";
import { compileReader } from "../policy/reader-compiler.js";
import type { Load } from "../protocol.js";
import { conduct } from "./laboratory.js";
import { LaboratorySession } from "./laboratory-session.js";
import { readerLeague } from "./reader-league.js";

const DURATION = 2000 * MILLISECOND;
const SPAN = 200 * MILLISECOND;

export function openOwnPolicy(load: Load): OpenedSession {
  const code = compileReader(load, ["pick"]);
  if ("problem" in code) return { problems: [code.problem] };
  const pick = code.function("pick");
  if (!pick) throw new Error("a program without pick was accepted");
  const hogs = Number(load.parameters["hogs"]);
  const workload = {
    name: "an editor among hogs",
    tasks: [editor("editor"), ...Array.from({ length: hogs }, (_, n) => hog(`hog ${n + 1}`))],
  };
  const schedules = conduct([
    {
      name: "reader",
      title: "Yours",
      workload,
      options: { policy: { name: "reader", pick: (tasks, now) => pick(tasks, now) }, duration: DURATION },
      span: SPAN,
    },
    {
      name: "round-robin",
      title: "In turn, 10 ms each",
      workload,
      options: { policy: { name: "round-robin", slice: 10 * MILLISECOND }, duration: DURATION },
      span: SPAN,
    },
  ]);
  const fault = schedules[0]?.schedule.fault?.fault;
  return {
    session: new LaboratorySession(
      schedules,
      "two seconds, simulated under your policy and in turn",
      0,
      load.show.includes("league")
        ? { league: readerLeague((tasks, now) => pick(tasks, now), Number(load.parameters["lot"])) }
        : {},
    ),
    ...(fault && { warnings: [faultProblem(fault, code)] }),
  };
}

/** What the function did wrong first; from then on everybody took turns. */
export function faultProblem({ kind, call, reason }: PolicyFault, { thrownAt }: ReaderCode): Problem {
  return {
    ...(kind === "threw" ? thrownAt : undefined),
    reason: `call ${call} of pick failed: ${reason}`,
    nextStep: "From there on everybody took turns, so the schedule below is not all yours.",
  };
}
