/** What is registered with binfmt_misc. The file system changes it, the handler asks it. */
import type { MiscEntry } from "./binfmt-misc-entry.js";

export class MiscRegistry {
  enabled = true;
  /** The newest first: it wins. */
  private entries: MiscEntry[] = [];

  get list(): readonly MiscEntry[] {
    return this.entries;
  }

  add(entry: MiscEntry): void {
    this.entries.unshift(entry);
  }

  /** Forgets an entry; nothing happens when it is gone already. */
  remove(entry: MiscEntry): void {
    entry.interpreterFile?.release();
    this.entries = this.entries.filter((other) => other !== entry);
  }

  /** The entry that claims a file, if any. */
  find(buf: Uint8Array, path: string): MiscEntry | undefined {
    if (!this.enabled) return undefined;
    return this.entries.find((entry) => entry.enabled && entry.matches(buf, path));
  }
}
