/**
 * The rights that user 0 has and others have not, one by one.
 * Source: Linux 6.18, include/uapi/linux/capability.h.
 */
const NAMES = [
  ...["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL"],
  ...["CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE"],
  ...["CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER"],
  ...["CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT"],
  ...["CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME"],
  ...["CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL"],
  ...["CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM"],
  ...["CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE"],
] as const;

export type CapabilityName = (typeof NAMES)[number];

/** Numbers by name: `CAP.CAP_CHOWN` is 0. */
export const CAP = Object.fromEntries(NAMES.map((name, number) => [name, number])) as Readonly<
  Record<CapabilityName, number>
>;

export const LAST_CAPABILITY = NAMES.length - 1;

/** prctl(PR_SET_SECUREBITS): what user 0 does not mean any more, each with a bit behind it that locks it. */
export const SECBIT_NOROOT = 1 << 0;
export const SECBIT_NO_SETUID_FIXUP = 1 << 2;
export const SECBIT_KEEP_CAPS = 1 << 4;
export const SECBIT_NO_CAP_AMBIENT_RAISE = 1 << 6;
/** Of each pair the bit that locks. */
export const SECBIT_LOCKS = 0xaa;
export const SECBITS = 0xff;
