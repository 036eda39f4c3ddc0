/**
 * /proc/PID and /proc/PID/task/TID: a process, and each of its threads.
 *
 *     cmdline comm environ maps stat statm status auxv …   texts
 *     exe cwd root, fd/N                                   links that lead to the thing itself
 *     fdinfo/N, mounts, mountinfo, mem, pagemap
 *
 * Models fs/proc/base.c, fs/proc/fd.c (Linux). Leaves out: namespaces, attributes, accounts of input and output.
 */
import { E, type Result } from "../abi/errno.js";
import { O_CLOEXEC } from "../abi/open-flags.js";
import type { Blocking } from "./blocking.js";
import { fromBytes } from "./byte-string.js";
import type { Dentry } from "./dentry.js";
import type { FileSystem } from "./file-system.js";
import type { Inode } from "./inode.js";
import { mountInfoText, mountOf, mountsText } from "./mounts.js";
import type { OpenFile } from "./open-file.js";
import { LONGEST_PATH } from "./path-walk.js";
import { ProcDirectory } from "./proc-directory.js";
import { ClearReferences, MemoryContents, PageMap } from "./proc-memory.js";
import { ComputedText, ProcText } from "./proc-text.js";
import { PROCESS_TEXTS, WRITABLE_TEXTS } from "./process-information.js";
import { SymbolicLink } from "./symbolic-link.js";

/** Without memory of a program, as of a zombie or a thread of the kernel's, these cannot be opened. */
const TEXTS_OF_MEMORY: ReadonlySet<string> = new Set(["auxv", "environ", "smaps_rollup"]);
/** Only who may inspect the process may open these. */
const PRIVATE_TEXTS: ReadonlySet<string> = new Set([
  "auxv",
  "environ",
  "maps",
  "personality",
  "smaps",
  "smaps_rollup",
  "syscall",
]);

/** One of PROCESS_TEXTS. */
class ProcessText extends ProcText {
  constructor(
    system: FileSystem,
    private readonly process: number,
    private readonly name: string,
    private readonly isWhole: boolean,
  ) {
    super(system, WRITABLE_TEXTS.has(name) ? 0o644 : 0o444);
  }

  override get takesPlaces(): boolean {
    return this.name === "oom_score_adj";
  }

  override write(_file: OpenFile, bytes: Uint8Array): Blocking<number> {
    return this.system.processes?.write(this.process, this.name, fromBytes(bytes)) ?? E.ESRCH;
  }

  override open(file: OpenFile): Blocking<0> {
    const { processes } = this.system;
    if (PRIVATE_TEXTS.has(this.name) && !processes?.mayInspect(this.process)) return E.EACCES;
    if (TEXTS_OF_MEMORY.has(this.name) && !processes?.memory(this.process)) return E.ESRCH;
    return super.open(file);
  }

  protected override text(): string | undefined {
    return this.system.processes?.text(this.process, this.name, this.isWhole);
  }
}

/** A link of a process that leads to the very thing, whatever its path has become. */
class JumpLink extends SymbolicLink {
  /** @param what "exe", "cwd", "root", or the number of a descriptor */
  constructor(
    system: FileSystem,
    private readonly process: number,
    private readonly what: string,
  ) {
    super(system, "", system.procDevice);
  }

  private destination(): Dentry | undefined {
    const { processes } = this.system;
    if (this.what === "exe") return processes?.executable(this.process);
    const files = processes?.files(this.process);
    if (this.what === "cwd") return files?.place.current;
    if (this.what === "root") return files?.place.root;
    return files?.descriptors.entry(Number(this.what))?.file.dentry;
  }

  override follow(): Result<string | Dentry> {
    return this.destination() ?? E.ENOENT;
  }

  override text(): Result<string> {
    const destination = this.destination();
    if (!destination) return E.ENOENT;
    const path = destination.path();
    return path.length > LONGEST_PATH ? E.ENAMETOOLONG : path;
  }
}

class DescriptorDirectory extends ProcDirectory {
  constructor(
    system: FileSystem,
    protected readonly process: number,
  ) {
    super(system);
    this.mode = (this.mode & ~0o777) | 0o500;
  }

  protected override names(): readonly string[] {
    return (this.system.processes?.files(this.process)?.descriptors.numbers() ?? []).map(String);
  }

  protected override make(name: string): Inode {
    return new JumpLink(this.system, this.process, name);
  }
}

/** fdinfo/N: position and flags of an open description. */
class DescriptorText extends ProcText {
  constructor(
    system: FileSystem,
    private readonly process: number,
    private readonly fd: number,
  ) {
    super(system);
  }

  protected override text(): string | undefined {
    const entry = this.system.processes?.files(this.process)?.descriptors.entry(this.fd);
    if (!entry) return undefined;
    const { file, closeOnExec } = entry;
    const flags = file.flags | (closeOnExec ? O_CLOEXEC : 0);
    const mount = mountOf(this.system, file.dentry).id;
    return `pos:\t${file.position}\nflags:\t0${flags.toString(8)}\nmnt_id:\t${mount}\nino:\t${file.inode.number}\n${file.inode.information(file)}`;
  }
}

class DescriptorInformation extends DescriptorDirectory {
  protected override make(name: string): Inode {
    return new DescriptorText(this.system, this.process, Number(name));
  }
}

/** What a process's directory has beside texts. */
const PROCESS_FILES = [
  ...["clear_refs", "cwd", "exe", "fd", "fdinfo", "mem", "mountinfo", "mounts", "pagemap", "root"],
];

/** /proc/PID/task/TID: what there is of one thread. */
class ThreadDirectory extends ProcDirectory {
  constructor(
    system: FileSystem,
    readonly process: number,
  ) {
    super(system);
  }

  protected override names(): readonly string[] {
    return [...PROCESS_TEXTS, ...PROCESS_FILES, "children"].sort();
  }

  protected get isWhole(): boolean {
    return false;
  }

  protected override make(name: string): Inode {
    const { system, process } = this;
    if (name === "children") return new ComputedText(system, () => system.processes?.children(process));
    if (name === "mem") return new MemoryContents(this.system, this.process);
    if (name === "pagemap") return new PageMap(this.system, this.process);
    if (name === "clear_refs") return new ClearReferences(this.system, this.process);
    if (name === "fd") return new DescriptorDirectory(this.system, this.process);
    if (name === "fdinfo") return new DescriptorInformation(this.system, this.process);
    if (name === "mounts") return new ComputedText(system, () => mountsText(system));
    if (name === "mountinfo") return new ComputedText(system, () => mountInfoText(system));
    if (name === "cwd" || name === "exe" || name === "root")
      return new JumpLink(this.system, this.process, name);
    return new ProcessText(this.system, this.process, name, this.isWhole);
  }
}

/** /proc/PID: the same of all its threads together. A thread's number leads to one, too, though it is not listed. */
export class ProcessDirectory extends ThreadDirectory {
  protected override names(): readonly string[] {
    return [...PROCESS_TEXTS, ...PROCESS_FILES, "task"].sort();
  }

  protected override get isWhole(): boolean {
    return true;
  }

  protected override make(name: string): Inode {
    return name === "task" ? new ThreadsDirectory(this.system, this.process) : super.make(name);
  }
}

class ThreadsDirectory extends ProcDirectory {
  constructor(
    system: FileSystem,
    private readonly process: number,
  ) {
    super(system);
  }

  protected override names(): readonly string[] {
    return (this.system.processes?.threads(this.process) ?? []).map(String);
  }

  protected override make(name: string): Inode {
    return new ThreadDirectory(this.system, Number(name));
  }
}
