/** Who the process is and what machine it runs on. Models Linux kernel/sys.c. Leaves out: namespaces of names. */

import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { SYSINFO, UTSNAME } from "../abi/structs.js";
import { UNAME } from "../abi/utsname.js";
import { type ChangeableName, LONGEST_SYSTEM_NAME } from "../boot/system-names.js";
import { fromBytes } from "../fs/byte-string.js";
import { frameUse } from "../process/proc-meminfo.js";
import { address, type Call, int, type Outcome, type SystemCall, systemCall } from "./definition.js";
import { narrowed } from "./identities.js";

const uname = systemCall(
  "uname",
  "Names the system, its version and the machine.",
  { buf: address },
  (call, { buf }) => call.put(buf, UTSNAME, { ...UNAME, ...call.kernel.names }),
);

function rename(call: Call, which: ChangeableName, name: number, length: number): Outcome {
  if (!call.task.capable(CAP.CAP_SYS_ADMIN)) return E.EPERM;
  if (length < 0 || length > LONGEST_SYSTEM_NAME) return E.EINVAL;
  const bytes = call.memory.read(name, length);
  if (!bytes) return E.EFAULT;
  call.kernel.names[which] = fromBytes(bytes).replace(/\0.*/s, "");
  return 0;
}

const setHostName = systemCall(
  "sethostname",
  "Names the system.",
  { name: address, len: int },
  (call, { name, len }) => rename(call, "nodename", name, len),
);

const setDomainName = systemCall(
  "setdomainname",
  "Names the domain that the system belongs to.",
  { name: address, len: int },
  (call, { name, len }) => rename(call, "domainname", name, len),
);

const id = (name: string, says: string, value: (call: Call) => number): SystemCall =>
  systemCall(name, says, {}, value);

const ids = (tell: (call: Call, value: number) => number): SystemCall[] => {
  const who = (call: Call) => call.task.files.credentials;
  return [
    id("getuid", "The real user.", (call) => tell(call, who(call).uid)),
    id("geteuid", "The effective user.", (call) => tell(call, who(call).euid)),
    id("getgid", "The real group.", (call) => tell(call, who(call).gid)),
    id("getegid", "The effective group.", (call) => tell(call, who(call).egid)),
  ];
};
/** The i386 table has 16-bit ids under the old names and these beside them. */
const IDS = [
  ...ids(({ abi }, value) => (abi === "i386" ? narrowed(value) : value)),
  ...ids((_call, value) => value).map((call) => ({ ...call, name: `${call.name}32` })),
];

/** SI_LOAD_SHIFT */
const SYSINFO_SHIFT = 16;

const sysinfo = systemCall("sysinfo", "Tells memory and uptime.", { info: address }, (call, { info }) => {
  const { kernel } = call;
  const { swap } = kernel.reclaim;
  const bytes = (pages: number) => BigInt(pages * PAGE_SIZE);
  return call.put(info, SYSINFO, {
    ...{
      uptime: BigInt(Math.ceil(kernel.uptime)),
      loads: call.kernel.loadAverage.scaled(SYSINFO_SHIFT),
      totalram: bytes(kernel.overcommit.total),
    },
    ...{
      freeram: bytes(kernel.frames.available),
      sharedram: bytes(frameUse(kernel).shared),
      bufferram: 0n,
      totalswap: bytes(swap.total),
      freeswap: bytes(swap.free),
    },
    ...{ procs: call.kernel.tasks.size, pad: 0, totalhigh: 0n, freehigh: 0n, mem_unit: 1 },
  });
});

export const IDENTITY_CALLS: readonly SystemCall[] = [uname, setHostName, setDomainName, ...IDS, sysinfo];
