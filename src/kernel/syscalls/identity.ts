/** Who the process is and what machine it runs on. Models Linux kernel/sys.c. */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { E } from "../abi/errno.js";
import { formatConstant } from "../abi/flag-names.js";
import { RESOURCES, RLIM_INFINITY } from "../abi/process-flags.js";
import { RLIMIT, SYSINFO, UTSNAME } from "../abi/structs.js";
import { RLIMIT_I386 } from "../abi/structs-i386.js";
import { STACK_LIMIT } from "../mm/address-space.js";
import {
  type ArgumentKind,
  address,
  type Call,
  int,
  type SystemCall,
  systemCall,
  unsignedInt,
} from "./definition.js";

const resource: ArgumentKind<number> = {
  ...unsignedInt,
  type: "int",
  format: (value) => formatConstant(RESOURCES, value),
};

/** What uname tells; the release decides what glibc expects of the kernel. */
export const UNAME = {
  sysname: "Linux",
  nodename: "you-in-cpu",
  release: "6.1.0",
  version: "#1 You in CPU",
  machine: "x86_64",
  domainname: "(none)",
} as const;

const uname = systemCall(
  "uname",
  "Names the system, its version and the machine.",
  { buf: address },
  (call, { buf }) => call.put(buf, UTSNAME, UNAME),
);

/** Soft and hard limit of each resource; those not named have none. */
const LIMITS: Readonly<Record<number, readonly [bigint, bigint]>> = {
  [RESOURCES["RLIMIT_STACK"]!]: [BigInt(STACK_LIMIT), RLIM_INFINITY],
  [RESOURCES["RLIMIT_CORE"]!]: [0n, RLIM_INFINITY],
  [RESOURCES["RLIMIT_NOFILE"]!]: [1024n, 1048576n],
};

function getLimit(call: Call, which: number, at: number): number {
  if (which < 0 || which > 15) return E.EINVAL;
  const [soft, hard] = LIMITS[which] ?? [RLIM_INFINITY, RLIM_INFINITY];
  if (call.abi === "x86-64") return call.put(at, RLIMIT, { rlim_cur: soft, rlim_max: hard });
  const cut = (limit: bigint) => (limit > 0xffffffffn ? 0xffffffff : Number(limit));
  return call.put(at, RLIMIT_I386, { rlim_cur: cut(soft), rlim_max: cut(hard) });
}

const getrlimit = systemCall(
  "getrlimit",
  "Tells a limit of the process.",
  { resource, rlim: address },
  (call, values) => getLimit(call, values.resource, values.rlim),
);
const ugetrlimit = systemCall(
  "ugetrlimit",
  "Tells a limit of the process.",
  { resource, rlim: address },
  (call, values) => getLimit(call, values.resource, values.rlim),
);
const setrlimit = systemCall(
  "setrlimit",
  "Accepts a limit, and does not enforce it.",
  { resource, rlim: address },
  (call, { rlim }) => (call.take(rlim, RLIMIT) ? 0 : E.EFAULT),
  "limits other than the defaults",
);
const prlimit64 = systemCall(
  "prlimit64",
  "Tells and sets a limit of a process.",
  { pid: int, resource, new_rlim: address, old_rlim: address },
  (call, { pid, resource: which, new_rlim, old_rlim }) => {
    if (pid !== 0 && !call.kernel.tasks.has(pid)) return E.ESRCH;
    if (new_rlim !== 0 && !call.take(new_rlim, RLIMIT)) return E.EFAULT;
    return old_rlim === 0 ? 0 : getLimit(call, which, old_rlim);
  },
  "limits other than the defaults",
);

const id = (name: string, says: string, value: (call: Call) => number): SystemCall =>
  systemCall(name, says, {}, value);

const IDS = [
  id("getuid", "The real user.", (call) => call.task.files.credentials.uid),
  id("geteuid", "The effective user.", (call) => call.task.files.credentials.euid),
  id("getgid", "The real group.", (call) => call.task.files.credentials.gid),
  id("getegid", "The effective group.", (call) => call.task.files.credentials.egid),
];
/** The i386 table has 16-bit ids under the old names and these beside them. */
const IDS_32 = IDS.map((call) => ({ ...call, name: `${call.name}32` }));

const getgroups = systemCall(
  "getgroups",
  "The further groups of the user.",
  { size: int, list: address },
  (call, values) => {
    const { groups } = call.task.files.credentials;
    if (values.size === 0) return groups.length;
    if (values.size < groups.length) return E.EINVAL;
    return groups.every((group, n) => call.memory.write32(values.list + n * 4, group))
      ? groups.length
      : E.EFAULT;
  },
);

const sysinfo = systemCall("sysinfo", "Tells memory and uptime.", { info: address }, (call, { info }) => {
  const { frames, machine } = call.kernel;
  return call.put(info, SYSINFO, {
    ...{
      uptime: BigInt(Math.floor(call.kernel.uptime)),
      loads: [0n, 0n, 0n],
      totalram: BigInt(machine.memory.size),
    },
    ...{
      freeram: BigInt(frames.available * PAGE_SIZE),
      sharedram: 0n,
      bufferram: 0n,
      totalswap: 0n,
      freeswap: 0n,
    },
    ...{ procs: call.kernel.tasks.size, pad: 0, totalhigh: 0n, freehigh: 0n, mem_unit: 1 },
  });
});

export const IDENTITY_CALLS: readonly SystemCall[] = [
  ...[uname, getrlimit, ugetrlimit, setrlimit, prlimit64, ...IDS, ...IDS_32, getgroups, sysinfo],
];
