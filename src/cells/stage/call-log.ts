/** The system calls of a run, the last ones of many, as strace writes them. */
import { errnoEntry } from "../../kernel/abi/errno.js";
import type { CallRecord, KernelObserver } from "../../kernel/observer.js";
import { formatResult } from "../../kernel/syscalls/definition.js";
import type { CallsState, CallRecord as Line } from "../../views/machine-state.js";

/** So many are kept; all are counted. */
const KEPT = 400;

export class CallLog {
  private total = 0;
  private recent: Line[] = [];

  /** Hears every call of the kernel that it is given to. */
  readonly observer: KernelObserver = { called: (record) => this.add(record) };

  private add(record: CallRecord): void {
    this.recent.push({ number: ++this.total, pid: record.pid, text: callText(record) });
    if (this.recent.length >= 2 * KEPT) this.recent = this.recent.slice(-KEPT);
  }

  state(): CallsState {
    return { total: this.total, recent: this.recent.slice(-KEPT) };
  }
}

function callText({ name, abi, arguments: args, result }: CallRecord): string {
  const door = abi === "i386" ? "   (int 0x80)" : "";
  return `${name}(${args.join(", ")}) = ${result === undefined ? "?" : formatResult(result) + meaning(result)}${door}`;
}

/** strace adds the error's words in parentheses. */
function meaning(result: number): string {
  const entry = result < 0 ? errnoEntry(result) : undefined;
  return entry ? ` (${entry.meaning.replace(/\.$/, "")})` : "";
}
