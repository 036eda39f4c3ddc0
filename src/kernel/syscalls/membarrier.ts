/**
 * membarrier: all threads of a process, or of the machine, have passed a memory barrier when it returns. With one processor that sees
 * its own stores in order there is nothing to be done but to remember who has registered.
 * Models Linux kernel/sched/membarrier.c; errors in their order.
 */
import { E } from "../abi/errno.js";
import { choice, int, type SystemCall, systemCall, unsignedInt } from "./definition.js";

const COMMANDS = {
  MEMBARRIER_CMD_QUERY: 0,
  MEMBARRIER_CMD_GLOBAL: 1,
  MEMBARRIER_CMD_GLOBAL_EXPEDITED: 2,
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED: 4,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED: 8,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED: 16,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE: 32,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE: 64,
  MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ: 128,
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ: 256,
  MEMBARRIER_CMD_GET_REGISTRATIONS: 512,
} as const;

const ALL = Object.values(COMMANDS).reduce((all: number, command) => all | command, 0);
/** Only for the commands about restartable sequences: which processor is meant. */
const MEMBARRIER_CMD_FLAG_CPU = 1;

/** Registrations by command; the number of the command that needs one is half of it. */
const REGISTRATIONS: readonly number[] = [
  COMMANDS.MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED,
  COMMANDS.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
  COMMANDS.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  COMMANDS.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
];

const membarrier = systemCall(
  "membarrier",
  "Lets all threads pass a memory barrier.",
  { cmd: choice(COMMANDS), flags: unsignedInt, cpu_id: int },
  (call, { cmd, flags }) => {
    const { space } = call.task;
    const allowed = cmd === COMMANDS.MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ ? MEMBARRIER_CMD_FLAG_CPU : 0;
    if ((flags & ~allowed) !== 0) return E.EINVAL;
    if (cmd === COMMANDS.MEMBARRIER_CMD_QUERY) return ALL;
    if (cmd === COMMANDS.MEMBARRIER_CMD_GET_REGISTRATIONS) return space.barriers;
    if (REGISTRATIONS.includes(cmd)) {
      space.barriers |= cmd;
      return 0;
    }
    if (cmd === COMMANDS.MEMBARRIER_CMD_GLOBAL || cmd === COMMANDS.MEMBARRIER_CMD_GLOBAL_EXPEDITED) return 0;
    if (!REGISTRATIONS.includes(cmd * 2)) return E.EINVAL;
    return (space.barriers & (cmd * 2)) !== 0 ? 0 : E.EPERM;
  },
);

export const MEMBARRIER_CALLS: readonly SystemCall[] = [membarrier];
