/**
 * What the system is called: uname tells it, sethostname and setdomainname change it, and so do files under /proc/sys/kernel.
 * Models init_uts_ns and proc_do_uts_string (Linux kernel/utsname_sysctl.c). Leaves out: namespaces.
 */
import { UNAME } from "../abi/utsname.js";
import type { Blocking } from "../fs/blocking.js";
import { fromBytes } from "../fs/byte-string.js";
import type { FileSystem } from "../fs/file-system.js";
import type { OpenFile } from "../fs/open-file.js";
import { ProcText } from "../fs/proc-text.js";

/** __NEW_UTS_LEN: bytes of a name. */
export const LONGEST_SYSTEM_NAME = 64;

export type ChangeableName = "nodename" | "domainname";

/** The names that can be changed, as byte strings. */
export type SystemNames = Record<ChangeableName, string>;

class NameFile extends ProcText {
  constructor(
    system: FileSystem,
    private readonly names: SystemNames,
    private readonly which: ChangeableName,
  ) {
    super(system, 0o644);
  }

  override get takesPlaces(): boolean {
    return true;
  }

  protected override text(): string {
    return `${this.names[this.which]}\n`;
  }

  /** A line, from the beginning on; what is too long is cut off. */
  override write(_file: OpenFile, bytes: Uint8Array, position: number): Blocking<number> {
    if (position > 0) return bytes.length;
    const [line = ""] = fromBytes(bytes).split(/[\n\0]/);
    this.names[this.which] = line.slice(0, LONGEST_SYSTEM_NAME);
    return bytes.length;
  }
}

/** The names of a system that has just been started, with their files. */
export function nameSystem(files: FileSystem): SystemNames {
  const names: SystemNames = { nodename: UNAME.nodename, domainname: UNAME.domainname };
  if (files.find("/proc/sys/kernel")) {
    files.put("/proc/sys/kernel/hostname", new NameFile(files, names, "nodename"));
    files.put("/proc/sys/kernel/domainname", new NameFile(files, names, "domainname"));
  }
  return names;
}
