/** A finished system call as strace writes it. */
import { errnoEntry } from "../kernel/abi/errno.js";
import type { CallRecord } from "../kernel/observer.js";
import { formatResult } from "../kernel/syscalls/definition.js";

export function callText({ name, abi, arguments: args, result }: Omit<CallRecord, "pid" | "time">): string {
  const door = abi === "i386" ? "   (int 0x80)" : "";
  const given = result === undefined ? "?" : formatResult(result) + meaning(result);
  return `${name}(${args.join(", ")}) = ${given}${door}`;
}

/** strace adds the error's words in parentheses. */
function meaning(result: number): string {
  const entry = result < 0 ? errnoEntry(result) : undefined;
  return entry ? ` (${entry.meaning.replace(/\.$/, "")})` : "";
}
