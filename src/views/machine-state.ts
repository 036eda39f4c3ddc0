/**
 * What views draw: one moment of a machine as plain data, so that it can be posted from a worker, stored in a test
 * or printed. Whoever holds the machine fills it in (`src/cells/observe`); a view reads nothing else.
 * Numbers of 64 bits are bigints. A part that nobody asked for is absent.
 */

import type { ByteRole } from "../machine/isa/insn.js";
import type { EventKind } from "../trace/event.js";
import type { LeagueState } from "./league-state.js";
import type { ScheduleState } from "./schedule-state.js";

/** A privilege level. */
export type Ring = 0 | 1 | 2 | 3;

/** A general register, or RIP. */
export interface RegisterState {
  readonly name: string;
  readonly value: bigint;
  /** Its value one state ago, where that differs. */
  readonly was?: bigint;
}

/** RFLAGS, and which of its bits the last step changed. */
export interface FlagsState {
  readonly value: number;
  readonly changed: number;
}

/** Some bytes of an instruction that belong together, and what they say. */
export interface ByteGroup {
  readonly role: ByteRole;
  readonly bytes: readonly number[];
  /** A clause without full stop, for example "reg = 000 chooses add". */
  readonly says: string;
}

/** The instruction at one address. */
export interface InstructionState {
  readonly address: bigint;
  readonly bytes: readonly number[];
  /** In Intel syntax; empty when the bytes are no instruction. */
  readonly text: string;
  readonly groups: readonly ByteGroup[];
  /** What it does, in one sentence. */
  readonly says: string;
  /** Its micro-operations, one a line. */
  readonly steps: readonly string[];
  /** Why the bytes are no instruction. */
  readonly failure?: string;
}

/** One row of the program as it lies in memory. */
export interface ListingRow {
  readonly address: bigint;
  readonly bytes: readonly number[];
  readonly roles: readonly ByteRole[];
  readonly text: string;
  /** Names that stand for this address. */
  readonly labels: readonly string[];
  /** The line of the source that it came from, from 1. */
  readonly line?: number;
}

/** A stretch of memory as the processor sees it now. */
export interface MemoryWindow {
  readonly title: string;
  readonly address: bigint;
  /** Undefined where no page is mapped. */
  readonly bytes: readonly (number | undefined)[];
  /** Indices into `bytes` that differ from the state before. */
  readonly changed: readonly number[];
  /** Names of addresses inside. */
  readonly labels: readonly { readonly address: bigint; readonly name: string }[];
}

/** One 8-byte place on the stack. */
export interface StackSlot {
  readonly address: bigint;
  readonly value: bigint | undefined;
  /** What lies there, where it is known: "return address", "saved RIP" … */
  readonly note?: string;
  readonly changed: boolean;
}

export interface StackState {
  /** Which stack it is: "stack of ring 3". */
  readonly title: string;
  readonly pointer: bigint;
  /** Ascending addresses; the first is the pointer's. */
  readonly slots: readonly StackSlot[];
}

/** A gate of the IDT, read from guest memory. */
export interface GateState {
  readonly vector: number;
  /** Linear address of its 16 bytes. */
  readonly address: bigint;
  readonly bytes: readonly number[];
  readonly offset: bigint;
  readonly selector: number;
  readonly type: number;
  readonly dpl: Ring;
  readonly present: boolean;
  readonly ist: number;
  /** The name of the address that it leads to. */
  readonly handler?: string;
}

/** A descriptor of the GDT. */
export interface DescriptorState {
  readonly selector: number;
  readonly raw: bigint;
  readonly says: string;
}

export interface TablesState {
  readonly idt: { readonly base: bigint; readonly limit: number };
  readonly gdt: { readonly base: bigint; readonly limit: number };
  /** The gates worth showing, in ascending order of vector. */
  readonly gates: readonly GateState[];
  readonly descriptors: readonly DescriptorState[];
  /** RSP0 of the TSS and the linear address of that field. */
  readonly kernelStack?: { readonly value: bigint; readonly address: bigint };
  /** Where SYSCALL leads: IA32_LSTAR. Absent while EFER.SCE is off. */
  readonly syscallEntry?: { readonly value: bigint; readonly name?: string };
}

/** The three kinds of way into ring 0, and the ways back. */
export type Door = "exception" | "interrupt" | "syscall" | "return";

/** A passage from one ring to another, or a delivery that stayed in its ring. */
export interface Crossing {
  readonly door: Door;
  /** t when it happened. */
  readonly time: number;
  readonly from: Ring;
  readonly to: Ring;
  /** Vector of an exception or interrupt. */
  readonly vector?: number;
  /** "#GP", "int 0x80", "timer", "syscall", "iretq" … */
  readonly name: string;
  readonly errorCode?: number;
  /** Why, for a human. */
  readonly detail?: string;
  /** The instruction that caused it, and where it is. */
  readonly instruction?: string;
  readonly rip: bigint;
  /** The address to which the way back leads, and where the processor put it. */
  readonly saved: readonly SavedValue[];
  readonly target: bigint;
  readonly targetName?: string;
  readonly stackBefore: bigint;
  readonly stackAfter: bigint;
}

/** One value that the processor itself saved while crossing. */
export interface SavedValue {
  readonly what: string;
  /** The register that holds it now, or the address in memory. */
  readonly place: string | bigint;
  readonly value: bigint;
}

export interface CrossingsState {
  readonly counts: Readonly<Record<Door, number>>;
  /** The newest of all. */
  readonly last?: Crossing;
  /** The newest through each door. */
  readonly latest: Readonly<Partial<Record<Door, Crossing>>>;
}

/** A system call as strace would write it. */
export interface CallRecord {
  /** Position in the run, from 1. */
  readonly number: number;
  readonly pid: number;
  readonly text: string;
}

export interface CallsState {
  readonly total: number;
  /** The last ones, oldest first. */
  readonly recent: readonly CallRecord[];
}

/** One candidate of a list of instructions tried alone, in one ring. */
export interface Trial {
  readonly line: number;
  readonly text: string;
  readonly ring: Ring;
  readonly verdict: "done" | "ignored" | "refused" | "wrong";
  /** What happened, as a clause: "#GP(0): hlt is for ring 0 only". */
  readonly says: string;
}

/** How the run stands. */
export type Outcome =
  | { readonly kind: "ready" }
  /** `says`: why, where it did so by itself. */
  | { readonly kind: "paused"; readonly says?: string }
  | { readonly kind: "running" }
  | { readonly kind: "limit"; readonly instructions: number }
  /** `waits`: something that comes in from outside will wake it. */
  | { readonly kind: "halted"; readonly says: string; readonly waits?: true }
  /** Everything that was to be tried has been. */
  | { readonly kind: "tried"; readonly says: string }
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "signalled"; readonly signal: string; readonly says: string }
  | { readonly kind: "shutdown"; readonly says: string }
  | { readonly kind: "refused"; readonly problem: Problem };

/** A reader's mistake: where it is, what is wrong, what to do. Line and column count from 1. */
export interface Problem {
  readonly line?: number;
  readonly column?: number;
  readonly length?: number;
  readonly reason: string;
  readonly nextStep: string;
}

/** Counters of a whole run under a kernel. */
export interface RunStatistics {
  readonly instructions: number;
  readonly pageFaults: number;
  readonly forks: number;
  readonly contextSwitches: number;
  readonly framesPeak: number;
}

/** Something on the line of time that is worth a mark. */
export interface TimelineMark {
  readonly time: number;
  readonly kind: EventKind;
  /** What happened, as a clause. */
  readonly says: string;
}

/** The part of the run that one can go to. */
export interface TimelineState {
  /** What t counts. */
  readonly unit: "instruction" | "nanosecond";
  readonly start: number;
  /** The farthest moment so far. */
  readonly end: number;
  /** By ascending time; when there are many, those of rare kinds first of all. */
  readonly marks: readonly TimelineMark[];
}

/** Something that happened, for a log. */
export interface EventState {
  readonly index: number;
  readonly time: number;
  readonly kind: EventKind;
  readonly pid?: number;
  readonly says: string;
  /** A reference to what it is about, as text. */
  readonly about?: string;
}

/** The CPU went from one task to another. */
export interface SwitchState {
  /** Position of the event in the run. */
  readonly index: number;
  readonly time: number;
  readonly from: string;
  readonly to: string;
  readonly cr3Written: boolean;
  /** The TLB forgot what it knew of programs. */
  readonly flushes: boolean;
}

/** The newest switches, and how many of them wrote CR3 and made the TLB forget. */
export interface SwitchesState {
  readonly recent: readonly SwitchState[];
  readonly written: number;
  readonly forgotten: number;
}

/** The interval timer's first channel. */
export interface TimerState {
  /** What it counts down from; 65536 when 0 was written. */
  readonly divisor: number;
  readonly mode: number;
  /** A count has been written, so it ticks. */
  readonly isArmed: boolean;
  readonly hertz: number;
  /** Steps of the clock to the next tick; undefined when there is none. */
  readonly nextIn: number | undefined;
}

/** The first interrupt controller: a bit an input. */
export interface ControllerState {
  readonly requests: number;
  readonly inService: number;
  readonly mask: number;
  readonly vectorBase: number;
  /** IF: whether the processor listens. */
  readonly isHeard: boolean;
}

/** The registers of a task that is not running, as its kernel stack keeps them. */
export interface SavedFrameState {
  readonly pid: number;
  readonly name: string;
  /** "running", "runnable", "sleeping" … */
  readonly state: string;
  readonly registers: readonly {
    readonly name: string;
    readonly value: bigint;
    /** The name of the address that it holds, where it has one. */
    readonly says?: string;
  }[];
}

/** The window of a terminal, and everything that has been shown on it. */
export interface TerminalState {
  readonly rows: number;
  readonly columns: number;
  /** The last bytes of it, a character each, with the control codes that a terminal obeys. */
  readonly shown: string;
  /** So many bytes came before them. */
  readonly leftOut: number;
}

/** One moment. */
export interface MachineState {
  /** Steps since the machine was made. */
  readonly time: number;
  /** Steps since the program began. */
  readonly steps: number;
  readonly ring: Ring;
  /** The sixteen general registers in the manual's order. */
  readonly registers: readonly RegisterState[];
  readonly rip: RegisterState;
  readonly flags: FlagsState;
  /** The instruction at RIP, which comes next. */
  readonly instruction: InstructionState | undefined;
  /** The one that ran last. */
  readonly previous: InstructionState | undefined;
  readonly listing: readonly ListingRow[];
  readonly memory: readonly MemoryWindow[];
  readonly stack: StackState | undefined;
  readonly tables: TablesState | undefined;
  readonly crossings: CrossingsState;
  readonly output: string;
  readonly calls: CallsState;
  readonly trials: readonly Trial[];
  readonly statistics: RunStatistics | undefined;
  readonly outcome: Outcome;
  /** The newest events up to now, oldest first; absent when no view asked for them. */
  readonly events?: readonly EventState[];
  readonly switches?: SwitchesState;
  readonly league?: LeagueState;
  readonly timer?: TimerState;
  readonly controller?: ControllerState;
  readonly frames?: readonly SavedFrameState[];
  /** Absent where the first process has no terminal. */
  readonly terminal?: TerminalState;
  /** Absent where there is no time. */
  readonly timeline?: TimelineState;
  /** Schedules to be compared, each at the same moment; absent where nothing is scheduled. */
  readonly schedules?: readonly ScheduleState[];
  /** While a reader steps by beats: 0 fetched, 1 decoded, 2 executed. */
  readonly beat?: 0 | 1 | 2;
}
