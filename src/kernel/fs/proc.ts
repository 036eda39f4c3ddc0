/**
 * /proc: the kernel's knowledge as files, made when they are looked at.
 *
 *     /proc/PID                                   a process (`proc-process.ts`)
 *     /proc/self, thread-self                     links to the asking process, and thread
 *     /proc/{cpuinfo meminfo …}, /proc/sys/…      texts of the system
 *
 * Models fs/proc. Leaves out: many of the real one's files, most writing, hidepid.
 */
import { E, type Result } from "../abi/errno.js";
import type { Dentry } from "./dentry.js";
import type { Directory } from "./directory.js";
import type { FileSystem } from "./file-system.js";
import type { Inode } from "./inode.js";
import { ProcDirectory } from "./proc-directory.js";
import { ProcessDirectory } from "./proc-process.js";
import { ComputedText, FixedText } from "./proc-text.js";
import { SYSTEM_TEXTS } from "./process-information.js";
import { SymbolicLink } from "./symbolic-link.js";

/** /proc/self and thread-self: whoever else reads them reads other numbers. */
class SelfLink extends SymbolicLink {
  constructor(
    system: FileSystem,
    private readonly which: "process" | "thread",
  ) {
    super(system, "", system.procDevice);
  }

  override text(): Result<string> {
    const current = this.system.processes?.current();
    if (!current) return E.ENOENT;
    return this.which === "process" ? `${current.process}` : `${current.process}/task/${current.thread}`;
  }

  override follow(): Result<string | Dentry> {
    return this.text();
  }
}

class ProcRoot extends ProcDirectory {
  protected override names(): readonly string[] {
    return (this.system.processes?.processes() ?? []).map(String);
  }

  protected override has(name: string): boolean {
    return /^[1-9]\d*$/.test(name) && (this.system.processes?.exists(Number(name)) ?? false);
  }

  protected override make(name: string): Inode {
    return new ProcessDirectory(this.system, Number(name));
  }
}

/** Puts /proc into the tree. `texts` are further ones that never change, by path below /proc. */
export function mountProc(system: FileSystem, texts: Readonly<Record<string, string>>): Directory {
  const root = new ProcRoot(system);
  system.put("/proc", root);
  root.add("self", new SelfLink(system, "process"));
  root.add("thread-self", new SelfLink(system, "thread"));
  root.add("mounts", new SymbolicLink(system, "self/mounts", system.procDevice));
  for (const name of SYSTEM_TEXTS)
    root.add(name, new ComputedText(system, () => system.processes?.systemText(name)));
  for (const [path, content] of Object.entries(texts))
    system.put(`/proc/${path}`, new FixedText(system, content));
  return root;
}
