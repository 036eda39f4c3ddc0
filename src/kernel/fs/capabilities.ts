/**
 * Which rights of user 0 a thread has, one by one, and what becomes of them when its user changes.
 * Models kernel/capability.c and cap_emulate_setxuid (Linux security/commoncap.c); see capabilities(7). What a program that is run
 * gets is in `exec/credentials.ts`. Leaves out: user namespaces.
 */
import { LAST_CAPABILITY, SECBIT_KEEP_CAPS, SECBIT_NO_SETUID_FIXUP } from "../abi/capabilities.js";

/** Capabilities by number, as two words of bits. */
export class CapabilitySet {
  constructor(
    readonly low: number,
    readonly high: number,
  ) {}

  has(capability: number): boolean {
    return ((capability < 32 ? this.low >>> capability : this.high >>> (capability - 32)) & 1) !== 0;
  }

  with(capability: number): CapabilitySet {
    return this.or(
      capability < 32 ? new CapabilitySet(1 << capability, 0) : new CapabilitySet(0, 1 << (capability - 32)),
    );
  }

  without(capability: number): CapabilitySet {
    return this.minus(NO_CAPABILITIES.with(capability));
  }

  or({ low, high }: CapabilitySet): CapabilitySet {
    return new CapabilitySet((this.low | low) >>> 0, (this.high | high) >>> 0);
  }

  and({ low, high }: CapabilitySet): CapabilitySet {
    return new CapabilitySet((this.low & low) >>> 0, (this.high & high) >>> 0);
  }

  minus({ low, high }: CapabilitySet): CapabilitySet {
    return new CapabilitySet((this.low & ~low) >>> 0, (this.high & ~high) >>> 0);
  }

  isWithin(other: CapabilitySet): boolean {
    return this.minus(other).isEmpty;
  }

  get isEmpty(): boolean {
    return this.low === 0 && this.high === 0;
  }

  /** 16 hexadecimal digits, as /proc/PID/status has them. */
  toString(): string {
    return [this.high, this.low].map((word) => word.toString(16).padStart(8, "0")).join("");
  }
}

export const NO_CAPABILITIES = new CapabilitySet(0, 0);
export const ALL_CAPABILITIES = new CapabilitySet(0xffffffff, 2 ** (LAST_CAPABILITY - 31) - 1);

/** The sets of a thread. */
export interface Capabilities {
  /** What it may give itself. */
  readonly permitted: CapabilitySet;
  /** What it has now. */
  readonly effective: CapabilitySet;
  /** What programs may inherit whose files say so; */
  readonly inheritable: CapabilitySet;
  /** … and what other programs inherit. */
  readonly ambient: CapabilitySet;
  /** What no program can get beyond. */
  readonly bounding: CapabilitySet;
}

/** The real, effective and saved user. */
export interface Users {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
}

const isRoot = ({ uid, euid, suid }: Users): boolean => uid === 0 || euid === 0 || suid === 0;

/** What somebody has who was never anything but these users, or user 0. */
export function capabilitiesOfUser(users: Users): Capabilities {
  return {
    permitted: isRoot(users) ? ALL_CAPABILITIES : NO_CAPABILITIES,
    effective: users.euid === 0 ? ALL_CAPABILITIES : NO_CAPABILITIES,
    inheritable: NO_CAPABILITIES,
    ambient: NO_CAPABILITIES,
    bounding: ALL_CAPABILITIES,
  };
}

/** What is left of user 0's rights when a thread becomes another user, and what comes back. */
export function afterUserChange(
  { capabilities, securebits, ...before }: Users & { capabilities: Capabilities; securebits: number },
  after: Users,
): Capabilities {
  if (securebits & SECBIT_NO_SETUID_FIXUP) return capabilities;
  let { permitted, effective, ambient } = capabilities;
  if (isRoot(before) && !isRoot(after)) {
    if (!(securebits & SECBIT_KEEP_CAPS)) permitted = effective = NO_CAPABILITIES;
    ambient = NO_CAPABILITIES;
  }
  if (before.euid === 0 && after.euid !== 0) effective = NO_CAPABILITIES;
  if (before.euid !== 0 && after.euid === 0) effective = permitted;
  return { ...capabilities, permitted, effective, ambient };
}

/** For access(2): the real user's rights count. Models access_override_creds. */
export const capabilitiesAs = (
  uid: number,
  { capabilities, securebits }: { capabilities: Capabilities; securebits: number },
) =>
  securebits & SECBIT_NO_SETUID_FIXUP
    ? capabilities
    : { ...capabilities, effective: uid === 0 ? capabilities.permitted : NO_CAPABILITIES };
