/**
 * Extended attributes of a file by its path, of a link itself, or by a descriptor. What they are is in `fs/extended-attributes.ts`.
 * Models Linux fs/xattr.c.
 */
import { E, failed, type Result } from "../abi/errno.js";
import { IN_ATTRIB } from "../abi/inotify.js";
import { AT_FDCWD } from "../abi/open-flags.js";
import { toBytes } from "../fs/byte-string.js";
import type { Dentry } from "../fs/dentry.js";
import * as X from "../fs/extended-attributes.js";
import { tellFile } from "../fs/notify.js";
import { lookUp } from "../fs/path-walk.js";
import {
  type ArgumentKind,
  address,
  type Call,
  flags,
  type Outcome,
  type SystemCall,
  size,
  systemCall,
  text,
} from "./definition.js";
import { fd, pathAt } from "./file-arguments.js";

type Values = Readonly<Record<string, number>>;

/** What a call does once it knows its other arguments; or why it cannot. */
type Action = ((file: Dentry) => Outcome) | number;

/** The three calls of one kind: on what a path leads to, on a link, on an open file. The other arguments are looked at first. */
function threeCalls(
  name: string,
  says: string,
  rest: Readonly<Record<string, ArgumentKind<number>>>,
  prepare: (call: Call, values: Values) => Action,
): SystemCall[] {
  const make = (
    prefix: string,
    first: Readonly<Record<string, ArgumentKind<number>>>,
    find: (call: Call, values: Values) => Result<Dentry>,
  ) =>
    systemCall(prefix + name, says, { ...first, ...rest }, (call, given) => {
      const values = given as Values;
      const action = prepare(call, values);
      if (typeof action === "number") return action;
      const found = find(call, values);
      return failed(found) ? found : action(found);
    });
  const byPath = (last: "follow" | "no-follow") => (call: Call, values: Values) => {
    const path = pathAt(call, values["path"]!);
    return typeof path === "number"
      ? (path as Result<Dentry>)
      : lookUp(call.task.files, AT_FDCWD, path, last);
  };
  return [
    make("", { path: text }, byPath("follow")),
    make("l", { path: text }, byPath("no-follow")),
    make("f", { fd }, (call, values) => openOrHere(call, values["fd"]!, name)),
  ];
}

/** An open file; since Linux 6.13 also the working directory by AT_FDCWD, for setting and getting. */
function openOrHere({ task: { files } }: Call, number: number, name: string): Result<Dentry> {
  if (number === AT_FDCWD && (name === "setxattr" || name === "getxattr")) return files.place.current;
  const file = files.file(number);
  return failed(file) ? file : file.dentry;
}

/** The name of an attribute; ERANGE for one that is empty or too long. */
function nameAt(call: Call, at: number): string | number {
  const name = call.memory.readString(at, X.LONGEST_ATTRIBUTE_NAME + 1);
  if (name === E.EFAULT) return name;
  return typeof name === "number" || name === "" ? E.ERANGE : name;
}

/** Hands `bytes` over; without room for any only their number. */
function give(call: Call, values: Values, at: number, bytes: Uint8Array): Outcome {
  const room = values["size"]!;
  if (room === 0) return bytes.length;
  if (bytes.length > room) return E.ERANGE;
  return bytes.length === 0 || call.memory.write(at, bytes) ? bytes.length : E.EFAULT;
}

const who = (call: Call) => call.task.files.credentials;
const { XATTR_CREATE, XATTR_REPLACE } = X;

/** Who watches the file learns of a change. */
function told(file: Dentry, result: Result<0>): Result<0> {
  if (!failed(result)) tellFile(file, IN_ATTRIB);
  return result;
}

function prepareSetting(call: Call, values: Values): Action {
  const bits = values["flags"]!;
  if (bits & ~(XATTR_CREATE | XATTR_REPLACE)) return E.EINVAL;
  const name = nameAt(call, values["name"]!);
  if (typeof name === "number") return name;
  if (values["size"]! > X.LONGEST_VALUE) return E.E2BIG;
  const value = call.memory.read(values["value"]!, values["size"]!);
  if (!value) return E.EFAULT;
  return (file) => told(file, X.setAttribute(who(call), file.inode, name, value, bits));
}

function prepareGetting(call: Call, values: Values): Action {
  const name = nameAt(call, values["name"]!);
  if (typeof name === "number") return name;
  return ({ inode }) => {
    const value = X.getAttribute(who(call), inode, name);
    return failed(value) ? value : give(call, values, values["value"]!, value);
  };
}

function prepareRemoving(call: Call, values: Values): Action {
  const name = nameAt(call, values["name"]!);
  return typeof name === "number"
    ? name
    : (file) => told(file, X.removeAttribute(who(call), file.inode, name));
}

const prepareListing = (call: Call, values: Values): Action => {
  return ({ inode }) => give(call, values, values["list"]!, toBytes(X.listAttributes(who(call), inode)));
};

const VALUE = { name: text, value: address, size };
const OMITS = "access control lists (system.), what security.capability means to Linux";

export const ATTRIBUTE_CALLS: readonly SystemCall[] = [
  ...threeCalls(
    "setxattr",
    "Gives a file an extended attribute.",
    { ...VALUE, flags: flags({ XATTR_CREATE, XATTR_REPLACE }) },
    prepareSetting,
  ),
  ...threeCalls("getxattr", "Tells the value of an extended attribute.", VALUE, prepareGetting),
  ...threeCalls(
    "listxattr",
    "Tells the names of a file's attributes.",
    { list: address, size },
    prepareListing,
  ),
  ...threeCalls("removexattr", "Takes an extended attribute away.", { name: text }, prepareRemoving),
].map((call) => ({ ...call, omits: OMITS }));
