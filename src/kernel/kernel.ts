/**
 * The kernel: what happens between the moment a program enters it and the moment some program leaves it.
 * It drives the machine by its public interface and keeps what hardware must see in guest memory.
 * Whose turn it is afterwards is decided in `sched/core.ts`. Models Linux kernel/entry, arch/x86/entry/common.c.
 */
import type { Cpu } from "../machine/cpu/cpu.js";
import { FS, RAX, RSP } from "../machine/isa/registers.js";
import type { Machine, RunResult } from "../machine/machine.js";
import { PAGE_SIZE } from "../machine/memory/physical-memory.js";
import { UNAME } from "./abi/utsname.js";
import { type KernelImage, load, TSS_RSP0 } from "./boot/boot.js";
import { newRoot } from "./boot/kernel-tables.js";
import { startKernelThreads } from "./boot/kernel-threads.js";
import { type MemoryOptions, setUpMemory } from "./boot/memory.js";
import { nameSystem, type SystemNames } from "./boot/system-names.js";
import { type Costs, DEFAULT_COSTS } from "./costs.js";
import {
  DOOR_BOOTED,
  DOOR_SYSCALL,
  DOOR_THREAD,
  DOOR_WORK,
  IRQ_COUNT,
  VECTOR_INT80,
  VECTOR_IRQ0,
} from "./entry/doors.js";
import { exception } from "./entry/exception.js";
import { interrupt } from "./entry/interrupt.js";
import { enterCall } from "./entry/system-call.js";
import { type ExecOptions, ExecState } from "./exec/exec-state.js";
import type { FileSystem } from "./fs/file-system.js";
import { KernelMessages } from "./fs/kernel-messages.js";
import { type KernelStop, stopOf } from "./kernel-stop.js";
import {
  BOOT_STACK_PHYSICAL,
  directMap,
  FIRST_FREE_PHYSICAL,
  PER_CPU,
  PER_CPU_PHYSICAL,
  physicalOf,
  TSS_PHYSICAL,
  ZERO_PAGE_PHYSICAL,
} from "./layout.js";
import { KernelLog, LOG_LEVEL, type LogLevel } from "./log.js";
import { FrameAllocator } from "./mm/frames.js";
import type { Overcommit } from "./mm/overcommit.js";
import type { PageCache } from "./mm/page-cache.js";
import type { Reclaim } from "./mm/reclaim/reclaim.js";
import { SystemMemory } from "./mm/system-memory.js";
import type { KernelObserver } from "./observer.js";
import { FutexTable } from "./process/futex-table.js";
import { InheritingLocks } from "./process/inheriting-locks.js";
import { ProcessJobs } from "./process/job-control.js";
import type { KernelThreads } from "./process/kernel-threads.js";
import { OomKiller } from "./process/oom-killer.js";
import { ProcTexts } from "./process/proc-texts.js";
import { SavedRegisters } from "./process/saved-registers.js";
import type { SystemEnd } from "./process/system-end.js";
import type { Task } from "./process/task.js";
import type { KernelWorkQueue } from "./process/work-queue.js";
import { admitWoken, leave, makeScheduler, schedule } from "./sched/core.js";
import type { RescheduleReason } from "./sched/decision.js";
import { ForcedPreemptions } from "./sched/forced-preemption.js";
import { doPiece } from "./sched/kernel-work.js";
import { LoadAverage } from "./sched/load-average.js";
import type { PolicyChoice } from "./sched/policies.js";
import type { SchedulingPolicy } from "./sched/policy.js";
import type { KernelPreemption } from "./sched/preemption.js";
import { AddressSpaceNumbers, BORROWED, type SpaceSwitch, switchSpace } from "./sched/switch-mm.js";
import { Statistics } from "./statistics.js";
import { ClockEvent } from "./time/clock-event.js";
import { TimerQueue } from "./time/timer-queue.js";

export type { KernelStop } from "./kernel-stop.js";

export interface KernelOptions extends ExecOptions, MemoryOptions {
  files: FileSystem;
  /** Timer interrupts a second, 19 to 1000, as near as the PIT can give them: see `pitDivisor`. Default 100. */
  timerHertz?: number;
  /** Whose turn is next: a policy by name, with figures of its own, or an object. Default "round-robin". */
  scheduler?: PolicyChoice;
  /** Whether a task can lose the CPU while the kernel does long work for it. Default "none". */
  preemption?: KernelPreemption;
  /** Nanoseconds between two points at which long work looks up under "voluntary". Default 1 ms. */
  reschedulePoints?: number;
  /** Address spaces have PCIDs, so that the TLB keeps what it knows across switches. Default false. */
  pcid?: boolean;
  /** Two roots for each address space, of which the program's has next to nothing of the kernel (KPTI). Default false. */
  pti?: boolean;
  /** Machine times t at which the running task loses the CPU; see `ForcedPreemptions`. */
  preemptAt?: readonly number[];
  /** Sleeps and timers end at their time; if not, at the tick after it (highres=off). Default true. */
  highResolution?: boolean;
  /** The kernel has threads of its own, as in `boot/kernel-threads.ts`. Default false. */
  kernelThreads?: boolean;
  costs?: Partial<Costs>;
  /** Seconds since 1970 at the moment of boot. Default 1 January 2026. */
  bootTime?: number;
  /** Seed of everything random: addresses, AT_RANDOM, getrandom, /dev/urandom. */
  seed?: number;
  observer?: KernelObserver;
  /** See `Kernel.interruptSleep`. */
  interruptSleep?: (task: Task, call: string) => boolean;
}

const BOOT_LIMIT = 100_000;
const JANUARY_2026 = 1767225600;

export class Kernel {
  readonly frames: FrameAllocator;
  readonly files: FileSystem;
  readonly costs: Costs;
  /** Who waits for the CPU, and whose turn is next; `changePolicy` replaces it. */
  scheduler: SchedulingPolicy;
  readonly statistics = new Statistics();
  readonly loadAverage = new LoadAverage();
  /** All threads, by number. */
  readonly tasks = new Map<number, Task>();
  /** More tasks than this there cannot be: their kernel stacks may take an eighth of memory. Models set_max_threads. */
  maximumTasks: number;
  /** What all address spaces have in common. */
  readonly systemMemory: SystemMemory;
  /** What happens when no frame can be made free. */
  readonly oomKiller = new OomKiller(this);
  readonly futexes = new FutexTable();
  readonly locks = new InheritingLocks();
  readonly timers = new TimerQueue();
  readonly clockEvent: ClockEvent;
  /** What the kernel had to say; see `say`. */
  readonly log = new KernelLog();
  readonly image: KernelImage;
  readonly timerHertz: number;
  readonly bootTime: number;
  readonly seed: number;
  readonly names: SystemNames;
  observer: KernelObserver;
  /** Asked before each sleep of a system call, for injecting failures: true ends the call with EINTR. */
  interruptSleep: ((task: Task, call: string) => boolean) | undefined;
  /** What is kept for running programs. */
  readonly exec: ExecState;
  /** Ticks of the timer since boot. */
  ticks = 0;
  /** The process whose turn it is; undefined while idle. */
  current: Task | undefined;
  /** The first process that was spawned; when it ends, the run has ended. */
  first: Task | undefined;
  /** Set when no task will run any more. */
  end: SystemEnd | undefined;
  /** Woken tasks that are not yet in the run queue. */
  readonly woken: Task[] = [];
  nextPid = 2;
  /** Why the current task must give up the CPU on its way out of the kernel; undefined when it need not. */
  reschedule: RescheduleReason | undefined;
  readonly preemption: KernelPreemption;
  /** Clock time between two points at which long work looks up. */
  readonly reschedulePoints: number;
  readonly usesPcid: boolean;
  readonly pti: boolean;
  readonly spaceNumbers = new AddressSpaceNumbers();
  readonly forced = new ForcedPreemptions();
  /** The kernel's own threads, and what is put off until one of them does it. */
  threads: KernelThreads | undefined;
  workQueue: KernelWorkQueue | undefined;
  private booted = false;
  private readonly idleStack = directMap(BOOT_STACK_PHYSICAL + PAGE_SIZE);

  /** Makes a kernel on a machine with empty memory and lets it start up. */
  static boot(machine: Machine, options: KernelOptions): Kernel {
    const kernel = new Kernel(machine, options);
    machine.run(machine.cpu.time + BOOT_LIMIT);
    if (!kernel.booted)
      throw new Error(`the kernel did not start: ${machine.cpu.shutDownReason ?? "no word from it"}`);
    if (options.kernelThreads) startKernelThreads(kernel);
    return kernel;
  }

  private constructor(
    readonly machine: Machine,
    options: KernelOptions,
  ) {
    const { memory } = machine;
    this.files = options.files;
    this.maximumTasks = Math.max(20, Math.min(32768, Math.floor(memory.size / PAGE_SIZE / 8)));
    this.timerHertz = Math.max(19, Math.min(1000, options.timerHertz ?? 100));
    this.scheduler = makeScheduler(this, options.scheduler ?? "round-robin");
    this.costs = { ...DEFAULT_COSTS, ...options.costs };
    this.bootTime = options.bootTime ?? JANUARY_2026;
    this.seed = options.seed ?? 1;
    this.observer = options.observer ?? {};
    this.interruptSleep = options.interruptSleep;
    const { stepsPerSecond } = machine.clock;
    this.exec = new ExecState(
      this.files,
      { seed: this.seed, bootTime: this.bootTime, stepsPerSecond },
      options,
    );
    this.frames = new FrameAllocator(
      memory,
      FIRST_FREE_PHYSICAL / PAGE_SIZE,
      memory.size / PAGE_SIZE,
      ZERO_PAGE_PHYSICAL / PAGE_SIZE,
    );
    this.pti = options.pti ?? false;
    this.systemMemory = new SystemMemory(memory, this.frames);
    this.systemMemory.hasTwoRoots = this.pti;
    this.preemption = options.preemption ?? "none";
    this.clockEvent = new ClockEvent(options.highResolution ?? true);
    this.reschedulePoints = Math.max(1, ((options.reschedulePoints ?? 1e6) * stepsPerSecond) / 1e9);
    this.usesPcid = options.pcid ?? false;
    for (const t of options.preemptAt ?? []) this.forced.add(t);
    this.image = load(machine, this.frames, this);
    this.files.clock = () => BigInt(Math.floor(this.now * 1e6)) * 1000n;
    this.files.timekeeper = machine.clock;
    this.files.processes = new ProcTexts(this);
    this.files.jobs = new ProcessJobs(this);
    this.names = nameSystem(this.files);
    this.say("notice", `Linux version ${UNAME.release} (you-in-cpu) ${UNAME.version}`);
    if (this.files.find("/dev")) this.files.put("/dev/kmsg", new KernelMessages(this.files, this.log, this));
    setUpMemory(this, options);
    machine.cpu.hypercall = (cpu) => this.enter(cpu);
  }

  /** Seconds since 1970, as a fraction. */
  get now(): number {
    return this.bootTime + this.uptime;
  }

  /** Seconds since boot by the machine's clock. */
  get uptime(): number {
    const { clock } = this.machine;
    return clock.now / clock.stepsPerSecond;
  }

  get pageCache(): PageCache {
    return this.systemMemory.cache;
  }

  /** How frames become free when none is left, and the policy that chooses. */
  get reclaim(): Reclaim {
    return this.systemMemory.reclaim;
  }

  get overcommit(): Overcommit {
    return this.systemMemory.overcommit;
  }

  /** A root for a new address space. */
  newRoot(): number | undefined {
    return newRoot(this.machine.memory, this.frames, this.image);
  }

  /** Writes a line into the kernel's log. */
  say(level: LogLevel, text: string): void {
    const line = this.log.add(LOG_LEVEL[level], text, Math.floor(this.uptime * 1e6));
    this.observer.said?.(line);
  }

  /** Charges machine time for work done in TypeScript. */
  charge(cost: number): void {
    if (this.current) this.current.systemTime += cost;
    this.machine.clock.charge(cost);
  }

  /**
   * Charges work that may be long. On behalf of a system call its time is spent on the way out, where it can be interrupted;
   * see `sched/kernel-work.ts`.
   */
  chargeWork(cost: number): void {
    if (this.current?.call) this.current.work.left += cost;
    else this.charge(cost);
  }

  /** The running task loses the CPU at machine time t; see `ForcedPreemptions`. Throws a RangeError when t is past. */
  preemptAt(t: number): void {
    if (t < this.machine.time)
      throw new RangeError(`t is ${this.machine.time} already: ${t} lies in the past`);
    this.forced.add(t);
  }

  /** Whether there is nothing to run for any more. */
  get isOver(): boolean {
    return this.end !== undefined || this.first?.ending !== undefined;
  }

  /** Runs until the first process has ended, or nothing can go on without input, or machine time t = `limit`. */
  run(limit: number): KernelStop {
    for (let stopped = false; ; ) {
      this.settle();
      if (this.end) return stopOf(this.end);
      if (this.first?.ending) return { reason: "ended" };
      if (!this.current && !this.somebodyWakesByTime()) return { reason: "waiting" };
      if (stopped) return { reason: "stopped" };
      const result = this.runMachine(limit);
      stopped = result.reason === "stopped";
      if (result.reason === "limit") return { reason: "limit" };
      if (result.reason === "breakpoint" || result.reason === "watchpoint") return result;
      if (result.reason === "shutdown")
        return { reason: "panic", detail: this.machine.cpu.shutDownReason ?? "" };
    }
  }

  /** Runs the machine up to t = `limit`, and lets the timer strike where somebody wants it. */
  private runMachine(limit: number): RunResult {
    for (;;) {
      const { forced, machine } = this;
      if (forced.strikesAt(machine.time)) machine.accept({ device: "timer" });
      const result = machine.run(Math.min(limit, forced.next));
      if (result.reason !== "limit" || machine.time >= limit) return result;
    }
  }

  /** What was woken from outside comes into the run queue, and an idle CPU gets to work, before the next step. */
  settle(): void {
    admitWoken(this);
    if (!this.isOver && !this.current && this.scheduler.length > 0) schedule(this);
  }

  /** The leaders of all processes. */
  *processes(): Iterable<Task> {
    for (const task of this.tasks.values()) if (task.isLeader) yield task;
  }

  /** Whether anything can go on without input from outside. */
  somebodyWakesByTime(): boolean {
    if (this.timers.next < Number.POSITIVE_INFINITY) return true;
    for (const task of this.tasks.values()) {
      if (task.state === "runnable") return true;
    }
    return false;
  }

  /** VMCALL: an entry stub has saved the registers and hands over. */
  private enter(cpu: Cpu): void {
    const { general, halves } = cpu.state;
    const door = halves[2 * RAX]!;
    const rsp = general[RSP]!;
    if (door === DOOR_BOOTED) {
      this.booted = true;
      this.enterIdle();
      this.machine.stop();
      return;
    }
    const registers = new SavedRegisters(
      this.machine.memory,
      physicalOf(halves[2 * RSP]!, halves[2 * RSP + 1]!),
    );
    if (this.current) {
      this.current.kernelRsp = rsp;
    }
    if (this.pti && registers.fromUser) this.charge(this.costs.rootSwitches);
    this.handle(door, registers);
    leave(this, door);
  }

  private handle(door: number, registers: SavedRegisters): void {
    if (door === DOOR_SYSCALL) enterCall(this, registers, "x86-64");
    else if (door === DOOR_WORK) doPiece(this, this.current!);
    else if (door === DOOR_THREAD) this.threads?.run(this, this.current!);
    else if (door === VECTOR_INT80) enterCall(this, registers, "i386");
    else if (door >= VECTOR_IRQ0 && door < VECTOR_IRQ0 + IRQ_COUNT) interrupt(this, door - VECTOR_IRQ0);
    else exception(this, registers, door);
  }

  /**
   * What the CPU must know of a task: its page tables, its kernel stack, its thread pointer. A thread of the kernel's borrows
   * the tables that are loaded.
   */
  loadHardware(task: Task): SpaceSwitch {
    const { cpu, memory } = this.machine;
    const top = directMap(task.kernelStackTop);
    if (!this.pti) memory.write64(TSS_PHYSICAL + TSS_RSP0, top);
    memory.write64(PER_CPU_PHYSICAL + PER_CPU.kernelStackTop, top);
    this.setThreadPointer(task.fsBase);
    cpu.system.kernelGsBase = task.gsBase;
    return task.group.isKernelThread ? BORROWED : switchSpace(this, task.space);
  }

  setThreadPointer(base: bigint): void {
    this.machine.cpu.setSegmentBase(FS, base);
  }

  /** The CPU waits in the idle loop for an interrupt, with the page tables that it has. */
  enterIdle(): void {
    const { cpu } = this.machine;
    this.current = undefined;
    cpu.state.general[RSP] = this.idleStack;
    cpu.rip = this.image.symbols.get("idle")!;
  }
}
