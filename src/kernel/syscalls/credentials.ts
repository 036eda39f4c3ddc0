/**
 * Becoming somebody else: the real, effective and saved user and group, and the further groups.
 * Models Linux kernel/sys.c, kernel/groups.c. Leaves out: a file-system identity of its own (it follows the effective one),
 * capabilities (user 0 has all), user namespaces.
 */
import { E } from "../abi/errno.js";
import type { Credentials } from "../fs/credentials.js";
import { isOverThreads } from "../process/process-quota.js";
import {
  address,
  type Call,
  int,
  type Outcome,
  type SystemCall,
  systemCall,
  unsignedInt,
} from "./definition.js";

/** The three identities of one kind, and how they are kept. */
const KINDS = {
  user: ["uid", "euid", "suid"],
  group: ["gid", "egid", "sgid"],
} as const;
type Kind = keyof typeof KINDS;

/** The argument that leaves an identity as it is. */
const KEEP = 0xffffffff;
const MOST_GROUPS = 65536;

function identities(who: Credentials, kind: Kind): [real: number, effective: number, saved: number] {
  const [real, effective, saved] = KINDS[kind];
  return [who[real], who[effective], who[saved]];
}

/** Sets all three; `KEEP` keeps one. */
function become(call: Call, kind: Kind, values: readonly number[]): 0 {
  const { files } = call.task;
  const credentials = files.credentials.clone();
  KINDS[kind].forEach((field, n) => {
    if (values[n] !== KEEP) credentials[field] = values[n]!;
  });
  const another = credentials.uid !== files.credentials.uid && credentials.uid !== 0;
  call.task.exceedsThreads = another && isOverThreads(call.kernel, credentials.uid, files.limits);
  files.credentials = credentials;
  return 0;
}

const mayAll = (call: Call): boolean => call.task.files.credentials.isPrivileged;

/** setuid, setgid. */
function setOne(call: Call, kind: Kind, id: number): Outcome {
  if (id === KEEP) return E.EINVAL;
  if (mayAll(call)) return become(call, kind, [id, id, id]);
  const [real, , saved] = identities(call.task.files.credentials, kind);
  return id === real || id === saved ? become(call, kind, [KEEP, id, KEEP]) : E.EPERM;
}

/** setreuid, setregid. */
function setTwo(call: Call, kind: Kind, real: number, effective: number): Outcome {
  const old = identities(call.task.files.credentials, kind);
  const free = mayAll(call);
  if (real !== KEEP && !free && real !== old[0] && real !== old[1]) return E.EPERM;
  if (effective !== KEEP && !free && !old.includes(effective)) return E.EPERM;
  const savesToo = real !== KEEP || (effective !== KEEP && effective !== old[0]);
  const next = effective === KEEP ? old[1] : effective;
  return become(call, kind, [real, effective, savesToo ? next : KEEP]);
}

/** setresuid, setresgid. */
function setThree(call: Call, kind: Kind, wanted: readonly number[]): Outcome {
  const old = identities(call.task.files.credentials, kind);
  const allowed = mayAll(call) || wanted.every((id) => id === KEEP || old.includes(id));
  return allowed ? become(call, kind, wanted) : E.EPERM;
}

function getThree(call: Call, kind: Kind, places: readonly number[]): Outcome {
  const values = identities(call.task.files.credentials, kind);
  return places.every((at, n) => call.memory.write32(at, values[n]!)) ? 0 : E.EFAULT;
}

const setuid = systemCall("setuid", "Becomes another user.", { uid: unsignedInt }, (call, { uid }) =>
  setOne(call, "user", uid),
);
const setgid = systemCall("setgid", "Changes the group.", { gid: unsignedInt }, (call, { gid }) =>
  setOne(call, "group", gid),
);
const setreuid = systemCall(
  "setreuid",
  "Sets the real and the effective user.",
  { ruid: unsignedInt, euid: unsignedInt },
  (call, { ruid, euid }) => setTwo(call, "user", ruid, euid),
);
const setregid = systemCall(
  "setregid",
  "Sets the real and the effective group.",
  { rgid: unsignedInt, egid: unsignedInt },
  (call, { rgid, egid }) => setTwo(call, "group", rgid, egid),
);
const setresuid = systemCall(
  "setresuid",
  "Sets the real, the effective and the saved user.",
  { ruid: unsignedInt, euid: unsignedInt, suid: unsignedInt },
  (call, { ruid, euid, suid }) => setThree(call, "user", [ruid, euid, suid]),
);
const setresgid = systemCall(
  "setresgid",
  "Sets the real, the effective and the saved group.",
  { rgid: unsignedInt, egid: unsignedInt, sgid: unsignedInt },
  (call, { rgid, egid, sgid }) => setThree(call, "group", [rgid, egid, sgid]),
);
const getresuid = systemCall(
  "getresuid",
  "Tells the real, the effective and the saved user.",
  { ruid: address, euid: address, suid: address },
  (call, { ruid, euid, suid }) => getThree(call, "user", [ruid, euid, suid]),
);
const getresgid = systemCall(
  "getresgid",
  "Tells the real, the effective and the saved group.",
  { rgid: address, egid: address, sgid: address },
  (call, { rgid, egid, sgid }) => getThree(call, "group", [rgid, egid, sgid]),
);

const FOLLOWS = "an identity of its own for files: it is always the effective one";
const setfsuid = systemCall(
  "setfsuid",
  "Tells the user that counts for files.",
  { fsuid: unsignedInt },
  (call) => call.task.files.credentials.euid,
  FOLLOWS,
);
const setfsgid = systemCall(
  "setfsgid",
  "Tells the group that counts for files.",
  { fsgid: unsignedInt },
  (call) => call.task.files.credentials.egid,
  FOLLOWS,
);

const setgroups = systemCall(
  "setgroups",
  "Sets the further groups of the process.",
  { size: int, list: address },
  (call, { size, list }) => {
    const { files } = call.task;
    if (!files.credentials.isPrivileged) return E.EPERM;
    if (size < 0 || size > MOST_GROUPS) return E.EINVAL;
    const bytes = call.memory.read(list, size * 4);
    if (!bytes) return E.EFAULT;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const groups = Array.from({ length: size }, (_, n) => view.getUint32(n * 4, true));
    files.credentials = files.credentials.clone();
    files.credentials.groups = groups.sort((a, b) => a - b);
    return 0;
  },
);

const CALLS: readonly SystemCall[] = [
  ...[setuid, setgid, setreuid, setregid, setresuid, setresgid, getresuid, getresgid],
  ...[setfsuid, setfsgid, setgroups],
];
/** The i386 table has 16-bit ids under the old names and these beside them. */
const CALLS_32 = CALLS.map((call) => ({ ...call, name: `${call.name}32` }));

export const CREDENTIAL_CALLS: readonly SystemCall[] = [...CALLS, ...CALLS_32];
