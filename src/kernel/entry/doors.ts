/**
 * The doors into the kernel: which number a stub passes in EAX when it hands over with VMCALL.
 * 0..255 are IDT vectors; the others are not entered through the IDT.
 */
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";

/** The SYSCALL instruction, by LSTAR. */
export const DOOR_SYSCALL = 0x100;
/** The end of the start-up code: the kernel may make its first process. */
export const DOOR_BOOTED = 0x101;
/** The next piece of long work; see `sched/kernel-work.ts`. */
export const DOOR_WORK = 0x102;
/** The next piece of what a thread of the kernel's does; see `process/kernel-threads.ts`. */
export const DOOR_THREAD = 0x103;

/** INT 0x80: system calls of 32-bit programs. */
export const VECTOR_INT80 = 0x80;
/** The first interrupt of the two controllers: IRQ 0 is vector 0x20. */
export const VECTOR_IRQ0 = 0x20;
export const IRQ_COUNT = 16;
export const IRQ_TIMER = 0;
export const IRQ_KEYBOARD = 1;
/** Where the second controller is connected with the first: it never comes by itself. */
export const IRQ_CASCADE = 2;

const IRQ_NAMES: Readonly<Record<number, string>> = {
  [IRQ_TIMER]: "IRQ 0 timer",
  [IRQ_KEYBOARD]: "IRQ 1 keyboard",
};

/** Which of three ways led in, in the book's words. */
export type EntryKind = "exception" | "interrupt" | "system call";

/** One entry of the IDT. */
export interface Door {
  readonly vector: number;
  readonly name: string;
  readonly kind: EntryKind;
  /** The CPU pushes an error code. */
  readonly hasErrorCode: boolean;
  /** The least privileged ring that may enter with INT n. */
  readonly dpl: 0 | 3;
}

const WITH_ERROR_CODE = [8, 10, 11, 12, 13, 14, 17];
/** INT3 and INTO are meant for programs. */
const FOR_PROGRAMS = [3, 4];

/** Every vector that has a stub. */
export const IDT_DOORS: readonly Door[] = [
  ...Object.entries(EXCEPTION_NAMES).map(
    ([vector, [name, words]]): Door => ({
      vector: Number(vector),
      name: `${name} ${words}`,
      kind: "exception",
      hasErrorCode: WITH_ERROR_CODE.includes(Number(vector)),
      dpl: FOR_PROGRAMS.includes(Number(vector)) ? 3 : 0,
    }),
  ),
  ...Array.from(
    { length: IRQ_COUNT },
    (_, irq): Door => ({
      vector: VECTOR_IRQ0 + irq,
      name: IRQ_NAMES[irq] ?? `IRQ ${irq}`,
      kind: "interrupt",
      hasErrorCode: false,
      dpl: 0,
    }),
  ),
  { vector: VECTOR_INT80, name: "int 0x80 system call", kind: "system call", hasErrorCode: false, dpl: 3 },
];
