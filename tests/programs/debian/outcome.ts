/** What a user sees of a command line: on the real kernel, in a chroot of its own, and on ours. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostFolder } from "../../../src/cli/host-folder.js";
import { Directory } from "../../../src/kernel/fs/directory.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { RegularFile } from "../../../src/kernel/fs/regular-file.js";
import { SymbolicLink } from "../../../src/kernel/fs/symbolic-link.js";
import type { KernelOptions } from "../../../src/kernel/kernel.js";
import type { Engine } from "../../../src/machine/machine.js";
import { addStandard, type GuestResult, runOn } from "../run-guest.js";
import type { CommandLine } from "./command-line.js";
import { DEBIAN_ROOT } from "./root.js";

export interface LineOutcome {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** Files that are left in /work: what kind, and what they hold. */
  readonly left: Readonly<Record<string, string>>;
}

export const ENVIRONMENT = [
  "PATH=/usr/bin:/bin",
  "HOME=/root",
  "LC_ALL=C",
  "TZ=UTC",
  "PYTHONDONTWRITEBYTECODE=1",
  "PYTHONHASHSEED=0",
];

const IN_CHROOT = `mount --bind "$1" "$0/work" && mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/tmp" || exit 99
root=$0; shift; exec chroot "$root" /usr/bin/env -i -C /work "$@"`;

const words = ({ shell = "/bin/sh", line }: CommandLine): string[] => [...shell.split(" "), "-c", line];

/** On the real kernel. */
export function natively(line: CommandLine): LineOutcome {
  const folder = mkdtempSync(join(tmpdir(), "line-"));
  chmodSync(folder, 0o755);
  try {
    for (const [name, text] of Object.entries(line.files ?? {})) writeFileSync(join(folder, name), text);
    const parameters = ["-m", "sh", "-c", IN_CHROOT, DEBIAN_ROOT, folder, ...ENVIRONMENT, ...words(line)];
    const ran = spawnSync("unshare", parameters, { input: line.input ?? "", timeout: 60_000 });
    const status = ran.signal ?? ran.status ?? "did not run";
    const left: Record<string, string> = {};
    listHost(folder, "", left);
    return { status, stdout: ran.stdout.toString("utf8"), stderr: ran.stderr.toString("utf8"), left };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function listHost(folder: string, path: string, left: Record<string, string>): void {
  for (const name of readdirSync(join(folder, path)).sort()) {
    const at = join(path, name);
    const status = lstatSync(join(folder, at));
    if (status.isDirectory()) {
      left[at] = "folder";
      listHost(folder, at, left);
    } else if (status.isSymbolicLink()) left[at] = `-> ${readlinkSync(join(folder, at))}`;
    else left[at] = status.isFile() ? digest(readFileSync(join(folder, at))) : "special";
  }
}

/** On our kernel, with the same folder as its root. */
export function onOurs(line: CommandLine, kernel: Omit<KernelOptions, "files"> = {}): LineOutcome {
  const { ran, files } = runLine(line, { kernel });
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr, left: leftOf(files) };
}

/** What a run on ours has left in /work. */
export function leftOf(files: FileSystem): LineOutcome["left"] {
  const left: Record<string, string> = {};
  listGuest(files.directory("/work"), "", left);
  return left;
}

export interface LineOptions {
  readonly kernel?: Omit<KernelOptions, "files">;
  readonly engine?: Engine;
  /** Bytes that may be written to files. */
  readonly capacity?: number;
  readonly maxSteps?: number;
  /** Bytes of memory. */
  readonly ram?: number;
}

/** The run, and the files afterwards. */
export function runLine(
  line: CommandLine,
  { kernel = {}, engine = "auto", capacity, maxSteps = 8_000_000_000, ram = 512 << 20 }: LineOptions = {},
): { ran: GuestResult; files: FileSystem } {
  const files = new FileSystem({
    ...{ source: new HostFolder(DEBIAN_ROOT), now: 1_767_225_600_000_000_000n },
    ...(capacity === undefined ? {} : { capacity }),
  });
  addStandard(files);
  for (const [name, text] of Object.entries(line.files ?? {}))
    files.putFile(`/work/${name}`, Buffer.from(text));
  const argv = words(line);
  const ran = runOn(files, {
    path: argv[0]!,
    argv,
    environment: ENVIRONMENT,
    cwd: "/work",
    input: Buffer.from(line.input ?? ""),
    ...{ ram, maxSteps, kernel, engine },
  });
  return { ran, files };
}

function listGuest(folder: Directory, path: string, left: Record<string, string>): void {
  const names = folder.list().map(({ dentry }) => dentry.name);
  for (const name of names.sort()) {
    const { inode } = folder.child(name)!;
    const at = join(path, name);
    if (inode instanceof Directory) {
      left[at] = "folder";
      listGuest(inode, at, left);
    } else if (inode instanceof SymbolicLink) left[at] = `-> ${inode.target}`;
    else left[at] = inode instanceof RegularFile ? digest(inode.readAt(0, inode.size)) : "special";
  }
}

/** Short files as they are, others by length and a sum. */
function digest(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  if (bytes.length <= 200) return text;
  const sum = bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619) >>> 0, 2166136261);
  return `${bytes.length} bytes, ${sum.toString(16)}`;
}
