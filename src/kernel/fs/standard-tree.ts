/**
 * What every machine has beside its programs: /dev, /proc, /tmp, and the few files in /etc that C libraries look at. On a folder
 * from outside only what is missing is added, but for /dev, /proc and /tmp, which are always the machine's own.
 */
import { toBytes } from "./byte-string.js";
import { Console } from "./console.js";
import { ControllingTerminal } from "./controlling-terminal.js";
import { Directory } from "./directory.js";
import type { FileSystem } from "./file-system.js";
import { FullDevice, NullDevice, RandomDevice, ZeroDevice } from "./memory-devices.js";
import { mountProc } from "./proc.js";
import { FixedText } from "./proc-text.js";
import { MasterMaker, newSlaveDirectory } from "./pseudo-terminal.js";
import { Terminal } from "./terminal.js";

/** How the kernel presents itself, in /proc and in uname. */
export interface SystemName {
  readonly release: string;
  readonly version: string;
  readonly hostname: string;
}

const TEXT_FILES: Readonly<Record<string, string>> = {
  "/etc/passwd":
    "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n" +
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  "/etc/group": "root:x:0:\ndaemon:x:1:\ntty:x:5:\nnogroup:x:65534:\n",
  "/etc/hosts": "127.0.0.1 localhost\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};

const DIRECTORIES: readonly (readonly [path: string, permissions: number])[] = [
  ["/bin", 0o755],
  ["/etc", 0o755],
  ["/home", 0o755],
  ["/root", 0o700],
  ["/sbin", 0o755],
  ["/usr/bin", 0o755],
  ["/usr/sbin", 0o755],
  ["/var/tmp", 0o1777],
];

/** Completes a tree; the console of the machine, which stands at /dev/console. */
export function addStandardTree(system: FileSystem, name: SystemName): Terminal {
  for (const [path, permissions] of DIRECTORIES) {
    if (!system.find(path)) system.directory(path).mode |= permissions;
  }
  for (const [path, text] of Object.entries({ ...TEXT_FILES, "/etc/hostname": `${name.hostname}\n` })) {
    if (!system.find(path)) system.putFile(path, toBytes(text));
  }
  system.put("/tmp", new Directory(system, 0o1777));
  const console = addDevices(system);
  mountKernelTree(system, "/proc", mountProc(system, procTexts(name)), "proc");
  mountKernelTree(system, "/sys", sysTree(system), "sysfs");
  return console;
}

/** Puts a tree of the kernel's own at a path and tells mount of it. */
function mountKernelTree(system: FileSystem, path: string, root: Directory, type: string): void {
  if (!system.find(path)?.inode || system.find(path)?.inode !== root) system.put(path, root);
  system.kernelTrees.set(type, root);
  system.mounts.push({
    ...{ id: system.nextMount++, parent: 1, source: type, type, device: root.device },
    ...{ root: root.dentry, covered: undefined, flags: 0, options: "" },
  });
}

/** The little of /sys that C libraries and tools ask for: which processors there are. */
function sysTree(system: FileSystem): Directory {
  const root = system.put("/sys", new Directory(system, 0o555, system.sysDevice));
  for (const name of ["block", "bus", "class", "dev", "devices", "fs", "kernel", "module"])
    root.add(name, new Directory(system, 0o755, system.sysDevice));
  for (const name of ["online", "possible", "present"])
    system.put(`/sys/devices/system/cpu/${name}`, new FixedText(system, "0\n"));
  system.directory("/sys/devices/system/cpu/cpu0");
  return root;
}

function addDevices(system: FileSystem): Terminal {
  mountKernelTree(system, "/dev", new Directory(system, 0o755, system.newDevice()), "devtmpfs");
  system.put("/dev/null", new NullDevice(system));
  system.put("/dev/zero", new ZeroDevice(system));
  system.put("/dev/full", new FullDevice(system));
  system.put("/dev/random", new RandomDevice(system, 8));
  system.put("/dev/urandom", new RandomDevice(system, 9));
  system.put("/dev/shm", new Directory(system, 0o1777));
  system.putLink("/dev/fd", "/proc/self/fd");
  system.putLink("/dev/stdin", "/proc/self/fd/0");
  system.putLink("/dev/stdout", "/proc/self/fd/1");
  system.putLink("/dev/stderr", "/proc/self/fd/2");
  const console = system.put("/dev/tty1", new Terminal(system, "the console", 4, 1));
  system.put("/dev/console", new Console(system, console));
  system.put("/dev/tty", new ControllingTerminal(system, console));
  const slaves = newSlaveDirectory(system);
  mountKernelTree(system, "/dev/pts", slaves, "devpts");
  system.put("/dev/ptmx", new MasterMaker(system, slaves));
  return console;
}

function procTexts({ release, version, hostname }: SystemName): Record<string, string> {
  return {
    version: `Linux version ${release} (you-in-cpu) ${version}\n`,
    filesystems:
      "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tsockfs\nnodev\tpipefs\nnodev\tramfs\nnodev\tbinfmt_misc\n",
    cmdline: "root=/dev/ram0\n",
    devices:
      "Character devices:\n  1 mem\n  4 tty\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n136 pts\n\nBlock devices:\n  8 sd\n",
    "sys/kernel/ostype": "Linux\n",
    "sys/kernel/osrelease": `${release}\n`,
    "sys/kernel/version": `${version}\n`,
    "sys/kernel/hostname": `${hostname}\n`,
    "sys/kernel/pid_max": "32768\n",
    "sys/kernel/ngroups_max": "65536\n",
    "sys/kernel/randomize_va_space": "0\n",
    "sys/fs/pipe-max-size": "1048576\n",
    "sys/vm/overcommit_memory": "0\n",
  };
}
