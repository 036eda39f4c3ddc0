/**
 * Stands for `kernel/syscalls/table.ts` in the book's worker: the system calls, whose code is fetched before a program goes
 * on. A program that has only been loaded has made none yet.
 */
import type * as Table from "../../kernel/syscalls/table.js";

let table: typeof Table | undefined;
let wanted = false;

/** Somebody has booted a kernel, whose programs will make calls. */
export function wantCallTable(): void {
  wanted = true;
}

/** Fetches the system calls, once, if there is a kernel. */
export async function fetchCallTable(): Promise<void> {
  if (wanted) table ??= await import("../../kernel/syscalls/table.js");
}

function fetched(): typeof Table {
  if (!table) throw new Error("a program ran before the system calls were fetched: see src/cells/late");
  return table;
}

export const handlerOf: typeof Table.handlerOf = (abi, number) => fetched().handlerOf(abi, number);
export const nameOf: typeof Table.nameOf = (abi, number) => fetched().nameOf(abi, number);
