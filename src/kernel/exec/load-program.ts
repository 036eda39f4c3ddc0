/**
 * An ELF program into a new address space: its segments, its interpreter's, the stack with arguments and auxiliary vector.
 * Carries out the plan of `elf-load-plan.ts`. Models load_elf_binary, setup_arg_pages (Linux fs/binfmt_elf.c, fs/exec.c).
 */
import { E } from "../abi/errno.js";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/memory-flags.js";
import type { Credentials } from "../fs/credentials.js";
import { type AddressSpace, pageDown, pageUp, STACK_TOP } from "../mm/address-space.js";
import { UserMemory } from "../mm/user-memory.js";
import { type MappedFile, Vma } from "../mm/vma.js";
import type { ElfExecutable, ElfProgram } from "./elf-examination.js";
import {
  extentOf,
  isPositionIndependent,
  type LoadPlan,
  planLoad,
  type SegmentPlan,
} from "./elf-load-plan.js";
import { buildInitialStack } from "./initial-stack.js";
import { auxiliaryVector } from "./program-facts.js";
import { Refusal, refused } from "./refusal.js";

export interface LoadRequest {
  readonly program: ElfExecutable;
  readonly file: MappedFile;
  /** The path given to execve. */
  readonly fileName: string;
  /** The file's own path, for /proc/PID/maps. */
  readonly mappedName: string;
  readonly argv: readonly string[];
  readonly envp: readonly string[];
  /** 16 bytes for AT_RANDOM. */
  readonly random: Uint8Array;
  readonly hwcap: number;
  readonly credentials: Credentials;
}

export interface LoadedProgram {
  readonly space: AddressSpace;
  readonly entry: number;
  readonly stackPointer: number;
}

/** Where Linux puts a program for any address when nothing is random. */
const DYNAMIC_BASE = 0x555555554000;
/** Pages that the stack has from the start, below those that its contents need. */
const FIRST_STACK_BYTES = 132 << 10;

/** Fills the space; a refusal after which the space must be released. */
export function loadProgram(space: AddressSpace, request: LoadRequest): LoadedProgram | Refusal {
  const { program } = request;
  const place = isPositionIndependent(program) ? placeFor(space, program) : 0;
  const plan = planLoad(program, place, program.interpreter === undefined);
  if (refused(plan)) return plan;
  const memory = new UserMemory(space);
  mapSegments(space, memory, plan, request.file, request.mappedName);
  space.startBrk = space.brk = plan.brk;
  // The stack is mapped before the interpreter, so that it does not take the stack's place.
  space.insert(stackVma(program.executableStack));
  const interpreter = program.interpreter ? loadInterpreter(space, memory, program.interpreter) : undefined;
  if (refused(interpreter)) return interpreter;
  const stackPointer = fillStack(space, memory, request, plan, interpreter);
  if (refused(stackPointer)) return stackPointer;
  return { space, entry: interpreter?.entry ?? plan.entry, stackPointer };
}

function placeFor(space: AddressSpace, program: ElfProgram): number {
  const { alignment, size } = extentOf(program);
  const place = Math.ceil(DYNAMIC_BASE / alignment) * alignment;
  return space.isFree(place, place + pageUp(size)) ? place : 0;
}

function loadInterpreter(
  space: AddressSpace,
  memory: UserMemory,
  interpreter: NonNullable<ElfExecutable["interpreter"]>,
): LoadPlan | Refusal {
  const { alignment, size } = extentOf(interpreter.program);
  const gap = space.findGap(pageUp(size) + alignment);
  if (gap === undefined)
    return new Refusal(E.ENOMEM, "", "there is no room for the interpreter", "use a smaller program", true);
  const plan = planLoad(interpreter.program, Math.ceil(gap / alignment) * alignment);
  if (!refused(plan)) mapSegments(space, memory, plan, interpreter.file, interpreter.path);
  return plan;
}

function mapSegments(
  space: AddressSpace,
  memory: UserMemory,
  plan: LoadPlan,
  file: MappedFile,
  name: string,
): void {
  for (const segment of plan.segments) mapSegment(space, memory, segment, file, name);
}

function mapSegment(
  space: AddressSpace,
  memory: UserMemory,
  segment: SegmentPlan,
  file: MappedFile,
  name: string,
): void {
  const { mapping, zeroed, anonymous } = segment;
  if (mapping) {
    const vma = new Vma(mapping.address, mapping.address + mapping.length, mapping.protection, name);
    vma.file = file;
    vma.offset = mapping.offset;
    vma.fileBytes = mapping.length;
    space.insert(vma);
  }
  if (anonymous && anonymous.length > 0) {
    space.insert(new Vma(anonymous.address, anonymous.address + anonymous.length, anonymous.protection, ""));
  }
  // Linux, too, goes on when the page cannot be written.
  if (zeroed) memory.write(zeroed.address, new Uint8Array(zeroed.length));
}

function stackVma(executable: boolean): Vma {
  const vma = new Vma(
    STACK_TOP - FIRST_STACK_BYTES,
    STACK_TOP,
    PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0),
    "[stack]",
  );
  vma.growsDown = true;
  return vma;
}

function fillStack(
  space: AddressSpace,
  memory: UserMemory,
  request: LoadRequest,
  plan: LoadPlan,
  interpreter: LoadPlan | undefined,
): number | Refusal {
  const { uid, euid, gid, egid } = request.credentials;
  const stack = buildInitialStack({
    top: STACK_TOP,
    argv: request.argv,
    envp: request.envp,
    fileName: request.fileName,
    random: request.random,
    auxiliary: auxiliaryVector({
      programHeaders: plan.programHeaders,
      programHeaderCount: request.program.programHeaders.length,
      entry: plan.entry,
      interpreterBase: interpreter?.bias ?? 0,
      ...{ uid, euid, gid, egid, secure: false, hwcap: request.hwcap, hwcap2: 0 },
    }),
  });
  const bottom = space.find(STACK_TOP - 1)!;
  bottom.start = Math.min(bottom.start, pageDown(stack.rsp));
  if (!memory.write(stack.rsp, stack.bytes)) {
    return new Refusal(
      E.ENOMEM,
      "",
      "there is no memory for the stack",
      "give the machine more memory",
      true,
    );
  }
  Object.assign(space, { argStart: stack.argStart, argEnd: stack.argEnd, envEnd: stack.envEnd });
  return stack.rsp;
}
