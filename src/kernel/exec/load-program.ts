/**
 * An ELF program into a new address space: its segments, its interpreter's, the stack with arguments and auxiliary vector.
 * Carries out the plan of `elf-load-plan.ts`. Models load_elf_binary, setup_arg_pages (Linux fs/binfmt_elf.c, fs/exec.c).
 */
import { FEATURES } from "../../machine/cpu/cpuid.js";
import { E } from "../abi/errno.js";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/memory-flags.js";
import { type AddressSpace, pageDown, pageUp, STACK_TOP } from "../mm/address-space.js";
import type { UserMemory } from "../mm/user-memory.js";
import { type MappedFile, Vma } from "../mm/vma.js";
import type { Binprm } from "./binprm.js";
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
import type { ProgramReference } from "./program-reference.js";
import { Refusal, refused } from "./refusal.js";
import type { Execution } from "./stages.js";

export interface LoadedProgram {
  readonly entry: number;
  readonly stackPointer: number;
}

/** Where Linux puts a program for any address when nothing is random. */
const DYNAMIC_BASE = 0x555555554000;
/** Pages that the stack has from the start, below those that its contents need. */
const FIRST_STACK_BYTES = 132 << 10;

/** Fills the task's new space. A refusal is fatal: the old program is gone. */
export function loadProgram(
  execution: Execution,
  bprm: Binprm,
  program: ElfExecutable,
  interpreterFile: ProgramReference | undefined,
): LoadedProgram | Refusal {
  const { space, memory } = execution.task;
  const stack = execution.pass("setup_arg_pages", () => setUpStack(space, program.executableStack));
  if (refused(stack)) return stack;
  const plan = execution.pass("elf_load", () => loadSegments(space, memory, program, bprm.file));
  if (refused(plan)) return plan;
  space.startBrk = space.brk = plan.brk;
  const { interpreter } = program;
  const loaded =
    interpreter && interpreterFile
      ? execution.pass("load_elf_interp", () =>
          loadInterpreter(space, memory, interpreter, interpreterFile.path),
        )
      : undefined;
  if (refused(loaded)) return loaded;
  const stackPointer = execution.pass("create_elf_tables", () =>
    fillStack(execution, bprm, program, plan, loaded),
  );
  if (refused(stackPointer)) return stackPointer;
  return { entry: loaded?.entry ?? plan.entry, stackPointer };
}

function loadSegments(
  space: AddressSpace,
  memory: UserMemory,
  program: ElfExecutable,
  file: ProgramReference,
): LoadPlan | Refusal {
  const place = isPositionIndependent(program) ? placeFor(space, program) : 0;
  const plan = planLoad(program, place, program.interpreter === undefined);
  if (!refused(plan)) mapSegments(space, memory, plan, file.inode, file.path);
  return plan;
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
  path: string,
): LoadPlan | Refusal {
  const { alignment, size } = extentOf(interpreter.program);
  const gap = space.findGap(pageUp(size) + alignment);
  if (gap === undefined)
    return new Refusal(E.ENOMEM, "", "there is no room for the interpreter", "use a smaller program", true);
  const plan = planLoad(interpreter.program, Math.ceil(gap / alignment) * alignment);
  if (!refused(plan)) mapSegments(space, memory, plan, interpreter.file, path);
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

/** Gives the stack its place and rights; what stood there provisionally goes. */
function setUpStack(space: AddressSpace, executable: boolean): undefined {
  const rights = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
  const vma = new Vma(STACK_TOP - FIRST_STACK_BYTES, STACK_TOP, rights, "[stack]");
  vma.growsDown = true;
  space.insert(vma);
}

function fillStack(
  { kernel, task }: Execution,
  bprm: Binprm,
  program: ElfExecutable,
  plan: LoadPlan,
  interpreter: LoadPlan | undefined,
): number | Refusal {
  const { uid, euid, gid, egid } = task.files.credentials;
  const stack = buildInitialStack({
    top: STACK_TOP,
    argv: bprm.argv,
    envp: bprm.envp,
    fileName: bprm.filename,
    random: kernel.files.random.take(16),
    auxiliary: auxiliaryVector({
      programHeaders: plan.programHeaders,
      programHeaderCount: program.programHeaders.length,
      entry: plan.entry,
      interpreterBase: interpreter?.bias ?? 0,
      ...{ uid, euid, gid, egid, secure: bprm.secureexec, hwcap: featureWord(), hwcap2: 0 },
      preserveArgv0: bprm.preserveArgv0,
      execfd: bprm.execfd,
    }),
  });
  const { space } = task;
  const bottom = space.find(STACK_TOP - 1)!;
  bottom.start = Math.min(bottom.start, pageDown(stack.rsp));
  if (!task.memory.write(stack.rsp, stack.bytes)) {
    return new Refusal(E.ENOMEM, "", "there is no memory for the stack", "give the machine more memory");
  }
  Object.assign(space, { argStart: stack.argStart, argEnd: stack.argEnd, envEnd: stack.envEnd });
  return stack.rsp;
}

/** CPUID leaf 1, EDX: what AT_HWCAP tells. */
function featureWord(): number {
  return (
    FEATURES.filter(({ leaf, register }) => leaf === 1 && register === "edx").reduce(
      (word, { bit }) => word | (1 << bit),
      0,
    ) >>> 0
  );
}
