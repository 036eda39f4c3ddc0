/**
 * Restartable sequences: a thread names a stretch of code that is to run without being disturbed. When it loses the CPU or takes a signal
 * within the stretch, it goes on at another place, which begins anew.
 *
 *     struct rseq      0 cpu_id_start  4 cpu_id  8 pointer to struct rseq_cs, or 0  16 flags  20 node_id  24 mm_cid
 *     struct rseq_cs   0 version  4 flags  8 first address  16 length  24 where to go on, behind the signature
 *
 * There is one CPU, so its number is written once. Models Linux kernel/rseq.c. Leaves out: the outdated flags that exempt a stretch.
 */
import { E } from "../abi/errno.js";
import { TASK_SIZE } from "../mm/address-space.js";
import type { SavedRegisters } from "./saved-registers.js";
import type { Task } from "./task.js";

/** What a thread has registered. */
export interface RegisteredSequence {
  readonly at: number;
  readonly length: number;
  /** Stands before each place where a disturbed stretch may go on, so that it cannot lead anywhere else. */
  readonly signature: number;
}

const SMALLEST = 32;
const CURRENT = 8;
const FIELDS = 20;

/** Registers the structure at `at`; 0 or an errno. */
export function registerSequence(task: Task, wanted: RegisteredSequence): number {
  const { at, length, signature } = wanted;
  const old = task.sequence;
  if (old) {
    if (old.at !== at || old.length !== length) return E.EINVAL;
    return old.signature === signature ? E.EBUSY : E.EPERM;
  }
  if (length < SMALLEST || at % SMALLEST !== 0) return E.EINVAL;
  if (at + length > TASK_SIZE) return E.EFAULT;
  const current = task.memory.read64(at + CURRENT);
  if (current === undefined || (current !== 0n && !task.memory.write64(at + CURRENT, 0n))) return E.EFAULT;
  task.sequence = wanted;
  return 0;
}

/** What a thread that has just registered finds in its structure; false when it cannot be written: SIGSEGV. */
export function fillSequence(task: Task): boolean {
  return task.sequence === undefined || tellCpu(task, task.sequence.at, 0);
}

/** Takes the registration back; 0 or an errno. */
export function unregisterSequence(task: Task, { at, length, signature }: RegisteredSequence): number {
  const old = task.sequence;
  if (old?.at !== at || at === 0 || old.length !== length) return E.EINVAL;
  if (old.signature !== signature) return E.EPERM;
  const UNINITIALIZED = 0xffffffff;
  if (!tellCpu(task, at, UNINITIALIZED)) return E.EFAULT;
  task.sequence = undefined;
  return 0;
}

/** cpu_id_start is a number that can be an index at any time, cpu_id is the truth. */
function tellCpu(task: Task, at: number, cpu: number): boolean {
  return task.memory.write64(at, BigInt(cpu) << 32n) && task.memory.write(at + FIELDS, new Uint8Array(8));
}

/** A registered thread was disturbed: leads it out of its stretch if it is in one. False when its structures are wrong: SIGSEGV. */
export function leaveSequence(task: Task, registers: SavedRegisters): boolean {
  const { sequence, memory } = task;
  if (!sequence) return true;
  const place = memory.read64(sequence.at + CURRENT);
  if (place === undefined) return false;
  if (place === 0n) return true;
  const found = memory.read(Number(place), 32);
  if (!found || place >= BigInt(TASK_SIZE)) return false;
  const view = new DataView(found.buffer);
  const [start, length, abort] = [8, 16, 24].map((offset) => view.getBigUint64(offset, true)) as [
    bigint,
    bigint,
    bigint,
  ];
  const isWrong = view.getBigUint64(0, true) !== 0n || abort - start < length || abort >= BigInt(TASK_SIZE);
  if (isWrong || memory.read32(Number(abort) - 4) !== sequence.signature) return false;
  const inside = registers.get("rip") - start;
  if (inside >= 0n && inside < length) registers.set("rip", abort);
  return memory.write64(sequence.at + CURRENT, 0n);
}
