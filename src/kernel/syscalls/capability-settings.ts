/**
 * The settings of prctl that concern capabilities: what programs can get at most, what they inherit, and what user 0 means.
 * Models cap_task_prctl (Linux security/commoncap.c). Leaves out: PR_SET_SECUREBITS's SECBIT_EXEC_…, which scripts are asked about.
 */
import {
  CAP,
  LAST_CAPABILITY,
  SECBIT_KEEP_CAPS,
  SECBIT_LOCKS,
  SECBIT_NO_CAP_AMBIENT_RAISE,
  SECBITS,
} from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { type Capabilities, NO_CAPABILITIES } from "../fs/capabilities.js";
import type { Credentials } from "../fs/credentials.js";
import type { Files } from "../fs/files.js";

export const CAPABILITY_SETTINGS = {
  PR_GET_KEEPCAPS: 7,
  PR_SET_KEEPCAPS: 8,
  PR_CAPBSET_READ: 23,
  PR_CAPBSET_DROP: 24,
  PR_GET_SECUREBITS: 27,
  PR_SET_SECUREBITS: 28,
  PR_CAP_AMBIENT: 47,
} as const;
const PR = CAPABILITY_SETTINGS;

const PR_CAP_AMBIENT_IS_SET = 1n;
const PR_CAP_AMBIENT_RAISE = 2n;
const PR_CAP_AMBIENT_LOWER = 3n;
const PR_CAP_AMBIENT_CLEAR_ALL = 4n;

const isCapability = (number: bigint): boolean => number >= 0n && number <= BigInt(LAST_CAPABILITY);

/** What prctl gives for a setting of these; EINVAL for one that is none. */
export function capabilitySetting(files: Files, option: number, values: readonly bigint[]): number {
  const { credentials } = files;
  const [value = 0n] = values;
  switch (option) {
    case PR.PR_GET_KEEPCAPS:
      return credentials.securebits & SECBIT_KEEP_CAPS ? 1 : 0;
    case PR.PR_SET_KEEPCAPS:
      return keepCapabilities(files, value);
    case PR.PR_CAPBSET_READ:
      return isCapability(value) ? Number(credentials.capabilities.bounding.has(Number(value))) : E.EINVAL;
    case PR.PR_CAPBSET_DROP:
      return dropFromBounds(files, value);
    case PR.PR_GET_SECUREBITS:
      return credentials.securebits;
    case PR.PR_SET_SECUREBITS:
      return setSecurebits(files, value);
    case PR.PR_CAP_AMBIENT:
      return ambient(files, values);
    default:
      return E.EINVAL;
  }
}

/** Credentials are replaced, never changed: others may have the same. */
function change(files: Files, changes: Partial<Capabilities>, securebits = files.credentials.securebits): 0 {
  const credentials: Credentials = files.credentials.clone();
  credentials.capabilities = { ...credentials.capabilities, ...changes };
  credentials.securebits = securebits;
  files.credentials = credentials;
  return 0;
}

function keepCapabilities(files: Files, value: bigint): number {
  const { securebits } = files.credentials;
  if (value > 1n) return E.EINVAL;
  if (securebits & (SECBIT_KEEP_CAPS << 1)) return E.EPERM;
  return change(files, {}, value === 1n ? securebits | SECBIT_KEEP_CAPS : securebits & ~SECBIT_KEEP_CAPS);
}

function dropFromBounds(files: Files, value: bigint): number {
  if (!files.credentials.capable(CAP.CAP_SETPCAP)) return E.EPERM;
  if (!isCapability(value)) return E.EINVAL;
  return change(files, { bounding: files.credentials.capabilities.bounding.without(Number(value)) });
}

/** A bit that is locked stays, and so does its lock. */
function setSecurebits(files: Files, value: bigint): number {
  const { credentials } = files;
  const wanted = Number(value & 0xffffffffn);
  const locked = (credentials.securebits & SECBIT_LOCKS) >> 1;
  const changes = credentials.securebits ^ wanted;
  const unlocks = credentials.securebits & SECBIT_LOCKS & ~wanted;
  if (changes & locked || unlocks || wanted & ~SECBITS || !credentials.capable(CAP.CAP_SETPCAP))
    return E.EPERM;
  return change(files, {}, wanted);
}

function ambient(files: Files, [what = 0n, number = 0n, third = 0n, fourth = 0n]: readonly bigint[]): number {
  const { capabilities, securebits } = files.credentials;
  const isUnused = third === 0n && fourth === 0n;
  if (what === PR_CAP_AMBIENT_CLEAR_ALL)
    return isUnused && number === 0n ? change(files, { ambient: NO_CAPABILITIES }) : E.EINVAL;
  if (!isUnused || !isCapability(number)) return E.EINVAL;
  const capability = Number(number);
  if (what === PR_CAP_AMBIENT_IS_SET) return Number(capabilities.ambient.has(capability));
  if (what === PR_CAP_AMBIENT_LOWER)
    return change(files, { ambient: capabilities.ambient.without(capability) });
  if (what !== PR_CAP_AMBIENT_RAISE) return E.EINVAL;
  const mayRaise = capabilities.permitted.has(capability) && capabilities.inheritable.has(capability);
  if (!mayRaise || securebits & SECBIT_NO_CAP_AMBIENT_RAISE) return E.EPERM;
  return change(files, { ambient: capabilities.ambient.with(capability) });
}
