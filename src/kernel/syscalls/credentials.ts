/**
 * Becoming somebody else: the real, effective and saved user and group, and the further groups.
 * What that means for capabilities is in `fs/capabilities.ts`.
 * Models Linux kernel/sys.c, kernel/groups.c. Leaves out: a file-system identity of its own (it follows the effective one),
 * user namespaces.
 */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { afterUserChange } from "../fs/capabilities.js";
import type { Credentials } from "../fs/credentials.js";
import { isOverThreads } from "../process/process-quota.js";
import {
  type ArgumentKind,
  address,
  type Call,
  int,
  type Outcome,
  type SystemCall,
  systemCall,
  unsignedInt,
} from "./definition.js";
import { identity, putId } from "./identities.js";

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
  if (kind === "user") credentials.capabilities = afterUserChange(files.credentials, credentials);
  const another = credentials.uid !== files.credentials.uid && credentials.uid !== 0;
  call.task.exceedsThreads = another && isOverThreads(call.kernel, credentials.uid, files.limits);
  files.credentials = credentials;
  return 0;
}

const mayAll = (call: Call, kind: Kind): boolean =>
  call.task.capable(kind === "user" ? CAP.CAP_SETUID : CAP.CAP_SETGID);

/** setuid, setgid. */
function setOne(call: Call, kind: Kind, id: number): Outcome {
  if (id === KEEP) return E.EINVAL;
  if (mayAll(call, kind)) return become(call, kind, [id, id, id]);
  const [real, , saved] = identities(call.task.files.credentials, kind);
  return id === real || id === saved ? become(call, kind, [KEEP, id, KEEP]) : E.EPERM;
}

/** setreuid, setregid. */
function setTwo(call: Call, kind: Kind, real: number, effective: number): Outcome {
  const old = identities(call.task.files.credentials, kind);
  const free = mayAll(call, kind);
  if (real !== KEEP && !free && real !== old[0] && real !== old[1]) return E.EPERM;
  if (effective !== KEEP && !free && !old.includes(effective)) return E.EPERM;
  const savesToo = real !== KEEP || (effective !== KEEP && effective !== old[0]);
  const next = effective === KEEP ? old[1] : effective;
  return become(call, kind, [real, effective, savesToo ? next : KEEP]);
}

/** setresuid, setresgid. */
function setThree(call: Call, kind: Kind, wanted: readonly number[]): Outcome {
  const old = identities(call.task.files.credentials, kind);
  const allowed = mayAll(call, kind) || wanted.every((id) => id === KEEP || old.includes(id));
  return allowed ? become(call, kind, wanted) : E.EPERM;
}

function getThree(call: Call, kind: Kind, places: readonly number[], narrow: boolean): Outcome {
  const values = identities(call.task.files.credentials, kind);
  return places.every((at, n) => putId(call, at, values[n]!, narrow)) ? 0 : E.EFAULT;
}

/** The calls that take or tell identities, as `id` understands them. */
function callsWith(id: ArgumentKind<number>, isNarrow: (call: Call) => boolean): readonly SystemCall[] {
  return [
    systemCall("setuid", "Becomes another user.", { uid: id }, (call, { uid }) => setOne(call, "user", uid)),
    systemCall("setgid", "Changes the group.", { gid: id }, (call, { gid }) => setOne(call, "group", gid)),
    systemCall(
      "setreuid",
      "Sets the real and the effective user.",
      { ruid: id, euid: id },
      (call, { ruid, euid }) => setTwo(call, "user", ruid, euid),
    ),
    systemCall(
      "setregid",
      "Sets the real and the effective group.",
      { rgid: id, egid: id },
      (call, { rgid, egid }) => setTwo(call, "group", rgid, egid),
    ),
    systemCall(
      "setresuid",
      "Sets the real, the effective and the saved user.",
      { ruid: id, euid: id, suid: id },
      (call, { ruid, euid, suid }) => setThree(call, "user", [ruid, euid, suid]),
    ),
    systemCall(
      "setresgid",
      "Sets the real, the effective and the saved group.",
      { rgid: id, egid: id, sgid: id },
      (call, { rgid, egid, sgid }) => setThree(call, "group", [rgid, egid, sgid]),
    ),
    systemCall(
      "getresuid",
      "Tells the real, the effective and the saved user.",
      { ruid: address, euid: address, suid: address },
      (call, { ruid, euid, suid }) => getThree(call, "user", [ruid, euid, suid], isNarrow(call)),
    ),
    systemCall(
      "getresgid",
      "Tells the real, the effective and the saved group.",
      { rgid: address, egid: address, sgid: address },
      (call, { rgid, egid, sgid }) => getThree(call, "group", [rgid, egid, sgid], isNarrow(call)),
    ),
    systemCall(
      "setfsuid",
      "Tells the user that counts for files.",
      { fsuid: id },
      (call) => call.task.files.credentials.euid,
      FOLLOWS,
    ),
    systemCall(
      "setfsgid",
      "Tells the group that counts for files.",
      { fsgid: id },
      (call) => call.task.files.credentials.egid,
      FOLLOWS,
    ),
    systemCall(
      "setgroups",
      "Sets the further groups of the process.",
      { size: int, list: address },
      (call, { size, list }) => setGroups(call, size, list, isNarrow(call)),
    ),
    systemCall(
      "getgroups",
      "The further groups of the user.",
      { size: int, list: address },
      (call, { size, list }) => getGroups(call, size, list, isNarrow(call)),
    ),
  ];
}

const FOLLOWS = "an identity of its own for files: it is always the effective one";
function setGroups(call: Call, size: number, list: number, narrow: boolean): Outcome {
  const { files } = call.task;
  if (!files.credentials.capable(CAP.CAP_SETGID)) return E.EPERM;
  if (size < 0 || size > MOST_GROUPS) return E.EINVAL;
  const width = narrow ? 2 : 4;
  const bytes = call.memory.read(list, size * width);
  if (!bytes) return E.EFAULT;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const groups = Array.from({ length: size }, (_, n) =>
    narrow ? view.getUint16(n * 2, true) : view.getUint32(n * 4, true),
  );
  if (groups.includes(narrow ? 0xffff : 0xffffffff)) return E.EINVAL;
  files.credentials = files.credentials.clone();
  files.credentials.groups = groups.sort((a, b) => a - b);
  return 0;
}

function getGroups(call: Call, size: number, list: number, narrow: boolean): Outcome {
  const { groups } = call.task.files.credentials;
  if (size < 0) return E.EINVAL;
  if (size === 0) return groups.length;
  if (size < groups.length) return E.EINVAL;
  const width = narrow ? 2 : 4;
  return groups.every((group, n) => putId(call, list + n * width, group, narrow)) ? groups.length : E.EFAULT;
}

/** Under the old names i386 has identities of 16 bits; these calls beside them have the whole ones. */
const CALLS_32 = callsWith(unsignedInt, () => false).map((call) => ({ ...call, name: `${call.name}32` }));

export const CREDENTIAL_CALLS: readonly SystemCall[] = [
  ...callsWith(identity, ({ abi }) => abi === "i386"),
  ...CALLS_32,
];
