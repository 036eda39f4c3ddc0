/**
 * The library `you-in-cpu`: a PC, a kernel for it, and tools. Everything below works without a browser and without Node.
 */

export { powerOn } from "./firmware/power-on.js";
export {
  E,
  ERRNO_TABLE,
  type Errno,
  errnoEntry,
  errnoName,
  failed,
  type Result,
} from "./kernel/abi/errno.js";
export { SIGNAL, SIGNAL_TABLE, signalName } from "./kernel/abi/signals.js";
export { changeReplacement, type MemoryOptions } from "./kernel/boot/memory.js";
export { type Costs, DEFAULT_COSTS } from "./kernel/costs.js";
export type { Binprm } from "./kernel/exec/binprm.js";
export type { ExecOptions, ExecState } from "./kernel/exec/exec-state.js";
export type { BinaryFormat, FormatChain, LoadOutcome } from "./kernel/exec/formats.js";
export { openInterpreter, ProgramReference } from "./kernel/exec/program-reference.js";
export { Refusal, refused } from "./kernel/exec/refusal.js";
export type { ScriptRule } from "./kernel/exec/script.js";
export {
  type BinprmState,
  EXEC_STAGES,
  type ExecEvent,
  type ExecStage,
  type Execution,
} from "./kernel/exec/stages.js";
export type { FileSource, SourceStatus } from "./kernel/fs/file-source.js";
export { FileSystem, type FileSystemOptions } from "./kernel/fs/file-system.js";
export { HostStream } from "./kernel/fs/host-stream.js";
export { OutputLog, type OutputPiece } from "./kernel/fs/output-log.js";
export { addStandardTree } from "./kernel/fs/standard-tree.js";
export { Kernel, type KernelOptions, type KernelStop } from "./kernel/kernel.js";
export { LOG_LEVEL, type LogLevel, type LogLine } from "./kernel/log.js";
export type { PageEvent } from "./kernel/memory-events.js";
export type { MovementKind } from "./kernel/mm/reclaim/page-movement.js";
export { Optimal } from "./kernel/mm/replacement/optimal.js";
export {
  makeReplacementPolicy,
  REPLACEMENT_POLICY_NAMES,
  type ReplacementPolicyName,
} from "./kernel/mm/replacement/policies.js";
export type { FrameView, ReplacementPolicy } from "./kernel/mm/replacement/policy.js";
export { ReferenceRecorder } from "./kernel/mm/replacement/reference-recorder.js";
export {
  type Reference,
  type Simulation,
  type SimulationStep,
  simulate,
} from "./kernel/mm/replacement/simulate.js";
export {
  decodeSwapEntry,
  encodeSwapEntry,
  type SwapEntry,
  swapEntry,
  swapOffset,
  swapType,
} from "./kernel/mm/swap/swap-entry.js";
export type { CallRecord, KernelObserver } from "./kernel/observer.js";
export type { OomCandidate, OomKill } from "./kernel/process/oom-killer.js";
export { Task } from "./kernel/process/task.js";
export type { EntityDescription, SchedulingDecision } from "./kernel/sched/decision.js";
export type { ContextSwitch, SchedulingEvent } from "./kernel/sched/events.js";
export * from "./kernel/sched/laboratory/exercises.js";
export { type Entrant, hiddenWorkloads, type LeagueRow, league } from "./kernel/sched/laboratory/league.js";
export {
  type Metrics as ScheduleMetrics,
  measure as measureSchedule,
  type TaskMetrics,
} from "./kernel/sched/laboratory/metrics.js";
export type {
  Simulation as ScheduleSimulation,
  SimulationOptions as ScheduleSimulationOptions,
} from "./kernel/sched/laboratory/options.js";
export { ScheduleRecorder } from "./kernel/sched/laboratory/recorder.js";
export type { Schedule, ScheduledTask, Segment, Turn, Wait } from "./kernel/sched/laboratory/schedule.js";
export { simulate as simulateSchedule } from "./kernel/sched/laboratory/simulate.js";
export * from "./kernel/sched/laboratory/workload.js";
export {
  POLICY_NAMES,
  type PolicyChoice,
  type PolicyName,
  type PolicyParameters,
} from "./kernel/sched/policies.js";
export type { SchedEntity, SchedulingPolicy } from "./kernel/sched/policy.js";
export { KERNEL_PREEMPTIONS, type KernelPreemption } from "./kernel/sched/preemption.js";
export type { Pick, ReaderTask } from "./kernel/sched/reader.js";
export type { PolicyFault } from "./kernel/sched/reader-fault.js";
export { type Spawned, type SpawnOptions, type StandardStreams, spawn } from "./kernel/spawn.js";
export { SYSTEM_CALLS } from "./kernel/syscalls/table.js";
export { Cpu, type CpuObserver, type CpuSnapshot, type Ports } from "./machine/cpu/cpu.js";
export { interruptGate, segmentDescriptor, tssDescriptor } from "./machine/cpu/descriptors.js";
export { EXCEPTION_NAMES, GuestFault, VECTOR } from "./machine/cpu/guest-fault.js";
export { CpuState, SystemRegisters } from "./machine/cpu/state.js";
export type { BreakPlace, Breakpoint, BreakpointHit, Breakpoints } from "./machine/debug/breakpoints.js";
export type { Delivery, News, Notifications, PageWalk, Topic } from "./machine/debug/notifications.js";
export type {
  WatchedAccess,
  Watchpoint,
  WatchpointHit,
  Watchpoints,
  WatchRange,
} from "./machine/debug/watchpoints.js";
export { DEVICE_TABLES } from "./machine/devices/device-tables.js";
export { DiskContents } from "./machine/devices/disk-contents.js";
export { type Field, Register, type RegisterTable } from "./machine/devices/register-table.js";
export { KEY_CODES, type KeyCode } from "./machine/devices/scan-codes.js";
export { type DecodeFailure, decode } from "./machine/isa/decoder.js";
export { explain } from "./machine/isa/explain.js";
export { type ByteRole, byteRoles, Insn } from "./machine/isa/insn.js";
export type { Form, Instruction } from "./machine/isa/instruction.js";
export { FORMS, INSTRUCTIONS } from "./machine/isa/instruction-set.js";
export { enterLongMode, type LongMode, type Start, startAt } from "./machine/long-mode.js";
export {
  type DeviceStates,
  Machine,
  type MachineInput,
  type MachineOptions,
  type MachineRegisters,
  type MachineSnapshot,
  type RunResult,
} from "./machine/machine.js";
export { MemorySnapshot } from "./machine/memory/memory-snapshot.js";
export { type PagingMode, type Walk, type WalkStep, walk } from "./machine/memory/page-table.js";
export { PhysicalMemory } from "./machine/memory/physical-memory.js";
export type { Journal, JournalEntry, MemoryChange } from "./machine/time/journal.js";
export type { RegisterChange } from "./machine/time/places.js";
export {
  type LoggedInput,
  MOMENT_STEPS,
  type Replayable,
  Timeline,
  type TimelineOptions,
} from "./machine/time/timeline.js";
export {
  type AssembledSection,
  type AssembleOptions,
  type AssembleResult,
  type Assembly,
  assemble,
  type ListingLine,
  type Problem,
} from "./toolchain/assembler/assemble.js";
export {
  type DisassembledInstruction,
  type DisassembleOptions,
  disassemble,
  disassembleOne,
} from "./toolchain/disassembler/disassemble.js";
export { type FormatOptions, formatInstruction } from "./toolchain/disassembler/format.js";
export { writeElfExecutable } from "./toolchain/elf-writer.js";
export { LineMap, listingText } from "./toolchain/listing.js";
export { type AlignedEvents, alignEvents } from "./trace/compare/align-events.js";
export {
  Comparison,
  type ComparisonResult,
  type Divergence,
  type PartBy,
} from "./trace/compare/comparison.js";
export type { MemoryDifference, RegisterDifference } from "./trace/compare/differences.js";
export { EVENT_KINDS, type EventDetails, type EventKind, type TraceEvent } from "./trace/event.js";
export type { WorldInput } from "./trace/input.js";
export { exportLines, TRACE_FORMAT, TRACE_VERSION } from "./trace/json-lines.js";
export { type Reference as TraceReference, sameThing } from "./trace/reference.js";
export { formatReference, parseReference, referenceProblem } from "./trace/reference-text.js";
export { Session, type SessionOptions, type SessionStop, type StepUnit } from "./trace/session.js";
export type { StopHit, StopPlace, StopPoint, StopPoints } from "./trace/stop-points.js";
export type { Cause, InstructionAt, Writer } from "./trace/why/cause.js";
export { type WhyOptions, why } from "./trace/why/why.js";
export type { Ending, World, WorldStop } from "./trace/world.js";
export { type Adjustments, KernelWorld, type KernelWorldOptions } from "./trace/worlds/kernel-world.js";
export { MachineWorld, type MachineWorldOptions } from "./trace/worlds/machine-world.js";
