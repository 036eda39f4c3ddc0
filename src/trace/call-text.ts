/** A finished system call as strace writes it. */
import { errnoEntry } from "../kernel/abi/errno.js";
import type { CallRecord } from "../kernel/observer.js";
import { formatResult } from "../kernel/syscalls/definition.js";

export function callText({ name, abi, arguments: args, result }: Omit<CallRecord, "pid" | "time">): string {
  const door = abi === "i386" ? "   (int 0x80)" : "";
  return `${name}(${args.join(", ")}) = ${resultText(result)}${door}`;
}

/** "3", "-1 ENOENT (…)" with the error's words, "?" of a call that does not return. */
export function resultText(result: number | undefined): string {
  if (result === undefined) return "?";
  const entry = result < 0 ? errnoEntry(result) : undefined;
  return formatResult(result) + (entry ? ` (${entry.meaning.replace(/\.$/, "")})` : "");
}
