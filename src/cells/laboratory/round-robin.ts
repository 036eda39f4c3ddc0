/** Fixed round-robin: what a length of turn does to an editor's answers and to the time that is lost with switching. */
import { MICROSECOND, MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { editor, hog } from "../../kernel/sched/laboratory/workload.js";
import type { OpenedSession } from "../cell-session.js";
import type { Load } from "../protocol.js";
import { conduct, switchCost } from "./laboratory.js";
import { LaboratorySession } from "./laboratory-session.js";

const DURATION = 2000 * MILLISECOND;

export function openRoundRobin({ parameters }: Load): OpenedSession {
  const hogs = Number(parameters["hogs"]);
  const slice = Number(parameters["slice"]) * MILLISECOND;
  const schedules = conduct([
    {
      name: "round-robin",
      title: `In turn, ${parameters["slice"]} ms each`,
      workload: {
        name: "an editor among hogs",
        tasks: [editor("editor"), ...Array.from({ length: hogs }, (_, n) => hog(`hog ${n + 1}`))],
      },
      options: {
        policy: { name: "round-robin", slice },
        duration: DURATION,
        timerHertz: Number(parameters["hz"]),
        switchCost: switchCost(Number(parameters["switch"]) * MICROSECOND),
      },
      span: Math.min(DURATION, Math.max(100 * MILLISECOND, slice * (hogs + 1) * 3)),
    },
  ]);
  return {
    session: new LaboratorySession(schedules, "two seconds, simulated under the kernel’s own policy"),
  };
}
