/**
 * capget and capset: which of user 0's rights a thread has, one by one. What they mean is in `fs/capabilities.ts`.
 * Models Linux kernel/capability.c and cap_capset in security/commoncap.c.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { ALL_CAPABILITIES, type Capabilities, CapabilitySet } from "../fs/capabilities.js";
import type { Task } from "../process/task.js";
import { address, type Call, type Outcome, type SystemCall, systemCall } from "./definition.js";

/** The layout of the sets by the number at the beginning: how many words each has. The last is what this kernel prefers. */
const VERSIONS = new Map([
  [0x19980330, 1],
  [0x20071026, 2],
  [0x20080522, 2],
]);
const PREFERRED = 0x20080522;
/** A word of each: effective, permitted, inheritable. */
const WORDS = 3;

/** Words that each set has and the number of the thread; or an error. An unknown version is answered with the preferred one. */
function headerAt(call: Call, hdrp: number): { words: number; pid: number } | number {
  const version = call.memory.read32(hdrp);
  if (version === undefined) return E.EFAULT;
  const words = VERSIONS.get(version);
  if (words === undefined) return call.memory.write32(hdrp, PREFERRED) ? E.EINVAL : E.EFAULT;
  const pid = call.memory.read32(hdrp + 4);
  return pid === undefined ? E.EFAULT : { words, pid: pid | 0 };
}

function get(call: Call, hdrp: number, datap: number): Outcome {
  const header = headerAt(call, hdrp);
  if (typeof header === "number") return header === E.EINVAL && datap === 0 ? 0 : header;
  // Who only asks for the version has it now.
  if (datap === 0) return 0;
  const { words, pid } = header;
  if (pid < 0) return E.EINVAL;
  const task = pid === 0 ? call.task : call.kernel.tasks.get(pid);
  if (!task) return E.ESRCH;
  const { effective, permitted, inheritable } = task.files.credentials.capabilities;
  const values = [effective, permitted, inheritable];
  const all = [...values.map(({ low }) => low), ...values.map(({ high }) => high)].slice(0, words * WORDS);
  return all.every((word, n) => call.memory.write32(datap + n * 4, word)) ? 0 : E.EFAULT;
}

function set(call: Call, hdrp: number, datap: number): Outcome {
  const header = headerAt(call, hdrp);
  if (typeof header === "number") return header;
  const { words, pid } = header;
  const { task } = call;
  if (pid !== 0 && pid !== task.pid) return E.EPERM;
  const bytes = call.memory.read(datap, words * WORDS * 4);
  if (!bytes) return E.EFAULT;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (n: number) => (n < words * WORDS ? view.getUint32(n * 4, true) : 0);
  const at = (n: number) => new CapabilitySet(word(n), word(n + WORDS)).and(ALL_CAPABILITIES);
  const [effective, permitted, inheritable] = [at(0), at(1), at(2)];
  return take(task, { effective, permitted, inheritable });
}

/** Nothing is gained but what may be inherited. */
function take(task: Task, wanted: Pick<Capabilities, "effective" | "permitted" | "inheritable">): Outcome {
  const { credentials } = task.files;
  const { capabilities: old } = credentials;
  const mayInherit = old.inheritable.or(old.permitted);
  if (!credentials.capable(CAP.CAP_SETPCAP) && !wanted.inheritable.isWithin(mayInherit)) return E.EPERM;
  if (!wanted.inheritable.isWithin(old.inheritable.or(old.bounding))) return E.EPERM;
  if (!wanted.permitted.isWithin(old.permitted) || !wanted.effective.isWithin(wanted.permitted))
    return E.EPERM;
  const ambient = old.ambient.and(wanted.permitted.and(wanted.inheritable));
  task.files.credentials = credentials.clone();
  task.files.credentials.capabilities = { ...old, ...wanted, ambient };
  return 0;
}

const capget = systemCall(
  "capget",
  "Tells which rights of user 0 a thread has.",
  { hdrp: address, datap: address },
  (call, { hdrp, datap }) => get(call, hdrp, datap),
);

const capset = systemCall(
  "capset",
  "Gives rights of user 0 up, or takes those that are permitted.",
  { hdrp: address, datap: address },
  (call, { hdrp, datap }) => set(call, hdrp, datap),
);

export const CAPABILITY_CALLS: readonly SystemCall[] = [capget, capset];
