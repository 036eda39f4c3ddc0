/** The newest switches of a session, for the table of what each of them wrote. */
import type { Kernel } from "../../kernel/kernel.js";
import type { EventLog } from "../../trace/event-log.js";
import type { SwitchesState, SwitchState } from "../../views/machine-state.js";

/** More are neither shown nor counted. */
const MOST = 200;

export function switchesState(log: EventLog, kernel: Kernel | undefined): SwitchesState {
  const recent = recentSwitches(log, kernel);
  return {
    recent,
    written: recent.filter(({ cr3Written }) => cr3Written).length,
    forgotten: recent.filter(({ flushes }) => flushes).length,
  };
}

function recentSwitches(log: EventLog, kernel: Kernel | undefined): SwitchState[] {
  return log
    .recent(MOST, ({ kind }) => kind === "switch")
    .flatMap((event) => {
      if (event.kind !== "switch") return [];
      const { from, to, cr3Written, flushes } = event.scheduling;
      const name = (pid: number | undefined) => nameOf(kernel, pid);
      return [{ index: event.index, time: event.t, from: name(from), to: name(to), cr3Written, flushes }];
    });
}

/** Threads of the kernel's are known by their names, threads of a program by its number and their own. */
function nameOf(kernel: Kernel | undefined, pid: number | undefined): string {
  if (pid === undefined) return "the idle loop";
  const task = kernel?.tasks.get(pid);
  if (task?.group.isKernelThread) return task.name;
  return task && !task.isLeader ? `thread ${pid} of process ${task.tgid}` : `process ${pid}`;
}
