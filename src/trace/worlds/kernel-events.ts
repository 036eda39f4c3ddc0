/** What the kernel does, as events. */
import { errnoName } from "../../kernel/abi/errno.js";
import { signalName } from "../../kernel/abi/signals.js";
import type { Kernel } from "../../kernel/kernel.js";
import type { KernelObserver } from "../../kernel/observer.js";
import type { Task } from "../../kernel/process/task.js";
import { callText } from "../call-text.js";
import type { EventTold, ProcessEnd } from "../event.js";
import { schedulingEvent } from "./scheduling-event.js";

/** Counts calls; a part of the world's moments. */
export interface CallCount {
  calls: number;
}

/** An observer that tells of everything. */
export function kernelEvents(
  kernel: Kernel,
  count: CallCount,
  tell: (event: EventTold) => void,
): KernelObserver {
  const at = (task: Task | undefined) =>
    task ? { t: kernel.machine.time, pid: task.pid } : { t: kernel.machine.time };
  return {
    called: ({ pid, result, ...record }) => {
      const { name, abi, arguments: args } = record;
      const number = ++count.calls;
      tell({
        ...{ t: kernel.machine.time, pid, kind: "call", number, name, abi, arguments: args },
        ...(result === undefined ? {} : { result }),
        ...{ says: callText({ ...record, result }), reference: { kind: "call", number } },
      });
    },
    unknownCall: (task, abi, number, name) =>
      tell({
        ...{ ...at(task), kind: "unknown-call", abi, number, ...(name === undefined ? {} : { name }) },
        says: `there is no handler for call ${number}${name === undefined ? "" : ` (${name})`}`,
      }),
    scheduled: (event) => tell({ t: kernel.machine.time, ...schedulingEvent(event) }),
    forked: (parent, child) =>
      tell({
        ...{ ...at(parent), kind: "fork", child: child.pid, says: `process ${child.pid} begins as a copy` },
        reference: { kind: "process", process: child.pid },
      }),
    execStage: (task, { stage, result }) => {
      const errno = result === 0 ? undefined : errnoName(result);
      tell({ ...at(task), kind: "exec-stage", stage, errno, says: errno ? `${stage}: ${errno}` : stage });
    },
    executed: (task, path, argv) =>
      tell({
        ...{ ...at(task), kind: "exec", path, argv, says: `runs ${path}` },
        reference: { kind: "process", process: task.pid },
      }),
    ended: (task) => {
      const end = endOf(task);
      const says = end.kind === "exited" ? `ends with status ${end.status}` : `is ended by ${end.signal}`;
      tell({ ...at(task), kind: "exit", end, says, reference: { kind: "process", process: task.pid } });
    },
    signalled: (task, signal, effect) => {
      const name = signalName(signal);
      tell({ ...at(task), kind: "signal", signal: name, effect, says: `${name}: ${EFFECTS[effect]}` });
    },
    pageFault: (task, address, errorCode, outcome) =>
      tell({
        ...{ ...at(task), kind: "page-fault", address: BigInt(address), errorCode, outcome: outcome.kind },
        says: `page fault at 0x${address.toString(16)}: ${"reason" in outcome ? outcome.reason : OUTCOMES[outcome.kind]}`,
        reference: { kind: "memory", address: BigInt(address), length: 1 },
      }),
    said: ({ level, text }) => tell({ t: kernel.machine.time, kind: "log", level, text, says: text }),
  };
}

const EFFECTS = { handled: "its handler runs", stopped: "it is stopped", killed: "it is ended" } as const;

const OUTCOMES: Readonly<Record<string, string>> = {
  filled: "a frame was found and filled",
  copied: "the shared page was copied",
  reused: "nobody else has the page any more",
  "no-memory": "no frame is left",
};

function endOf({ ending }: Task): ProcessEnd {
  if (ending?.kind === "killed") return { kind: "signalled", signal: signalName(ending.signal) };
  return { kind: "exited", status: ending?.status ?? 0 };
}

/** Both hear everything. */
export function bothHear(one: KernelObserver, other: KernelObserver): KernelObserver {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof KernelObserver>;
  const joined: Record<string, (...what: never[]) => void> = {};
  for (const name of names) {
    const first = one[name] as ((...what: never[]) => void) | undefined;
    const second = other[name] as ((...what: never[]) => void) | undefined;
    joined[name] = (...what) => {
      first?.apply(one, what);
      second?.apply(other, what);
    };
  }
  return joined as KernelObserver;
}
