/**
 * An ELF program into the task's new address space: its stack, its segments, its interpreter's, arguments and auxiliary vector.
 * Models load_elf_binary behind begin_new_exec, setup_arg_pages and create_elf_tables (Linux 6.18, fs/binfmt_elf.c, fs/exec.c).
 */

import { FEATURES } from "../../machine/cpu/cpuid.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/memory-flags.js";
import { ADDR_NO_RANDOMIZE, MMAP_PAGE_ZERO, READ_IMPLIES_EXEC } from "../abi/personality.js";
import { pageDown, STACK_LIMIT, STACK_TOP } from "../mm/address-space.js";
import { Vma } from "../mm/vma.js";
import { VM_GROWSDOWN } from "../mm/vma-flags.js";
import { AddressLayout, DYNAMIC_BASE } from "./address-layout.js";
import type { Binprm } from "./binprm.js";
import type { ElfExecutable } from "./elf-examination.js";
import { isPositionIndependent, type LoadPlan, planLoad } from "./elf-load-plan.js";
import { buildInitialStack } from "./initial-stack.js";
import { placeInterpreter, placeProgram } from "./place-program.js";
import { auxiliaryVector } from "./program-facts.js";
import type { ProgramReference } from "./program-reference.js";
import { Refusal, refused } from "./refusal.js";
import { type Destination, mapSegments } from "./segments.js";
import type { Execution } from "./stages.js";

export interface LoadedProgram {
  readonly entry: number;
  readonly stackPointer: number;
}

/** Room that the stack has from the start, below the strings. */
const STACK_EXPANSION = 128 << 10;

/** A signal frame with 512 bytes of floating-point state, and what aligning it may take. */
const MINIMAL_SIGNAL_STACK = 1456;

/** Fills the task's new space. A refusal is fatal: the old program is gone. */
export function loadProgram(
  execution: Execution,
  bprm: Binprm,
  program: ElfExecutable,
  interpreterFile: ProgramReference | undefined,
): LoadedProgram | Refusal {
  const { space } = execution.task;
  const layout = layoutFor(execution);
  space.mmapBase = layout.mmapBase(STACK_LIMIT);
  const top = layout.stackTop();
  const stack = execution.pass("setup_arg_pages", () =>
    setUpStack(execution, bprm, top, program.executableStack),
  );
  if (refused(stack)) return stack;
  const plan = execution.pass("elf_load", () => loadMain(execution, bprm, program, layout));
  if (refused(plan)) return plan;
  const loaded = interpreterFile && loadInterpreter(execution, program, plan, interpreterFile);
  if (refused(loaded)) return loaded;
  const vdso = execution.pass("arch_setup_additional_pages", () => mapVdso(execution));
  if (refused(vdso)) return vdso;
  const stackPointer = execution.pass("create_elf_tables", () =>
    fillStack(execution, bprm, { program, plan, interpreter: loaded, vdso, top, gap: layout.stackGap() }),
  );
  if (refused(stackPointer)) return stackPointer;
  const isMoved = isPositionIndependent(program) && !program.interpreter;
  space.startBrk = space.brk = layout.heapStart(isMoved ? DYNAMIC_BASE : plan.brk, isMoved);
  const { startCode, endCode, startData, endData } = plan;
  Object.assign(space, { startCode, endCode, startData, endData });
  if (execution.task.personality & MMAP_PAGE_ZERO) mapPageZero(execution);
  return { entry: loaded?.entry ?? plan.entry, stackPointer };
}

/** A 64-bit program forgets that reading implies executing; randomness is as this moment's settings say. */
function layoutFor({ kernel, task }: Execution): AddressLayout {
  task.personality &= ~READ_IMPLIES_EXEC;
  const level = task.personality & ADDR_NO_RANDOMIZE ? 0 : kernel.exec.randomizeVaSpace.value;
  return new AddressLayout(level, kernel.exec.random);
}

/** Gives the stack its place, its rights and some room; what stood there provisionally goes. */
function setUpStack(execution: Execution, bprm: Binprm, top: number, executable: boolean): undefined {
  const { space } = execution.task;
  space.unmap(STACK_TOP - PAGE_SIZE, STACK_TOP);
  const rights = PROT_READ | PROT_WRITE | (executable ? PROT_EXEC : 0);
  const strings = bprm.stackTop - pageDown(bprm.lowest);
  const vma = new Vma(top - Math.min(STACK_LIMIT, strings + STACK_EXPANSION), top, rights);
  vma.flags |= VM_GROWSDOWN;
  space.insert(vma);
}

const destination = ({ task }: Execution): Destination => ({
  space: task.space,
  memory: task.memory,
  user: task,
});

function loadMain(
  execution: Execution,
  bprm: Binprm,
  program: ElfExecutable,
  layout: AddressLayout,
): LoadPlan | Refusal {
  const bias = placeProgram(execution.task.space, layout, program);
  if (refused(bias)) return bias;
  const plan = planLoad(program, bias, program.interpreter === undefined);
  if (refused(plan)) return plan;
  return mapSegments(destination(execution), plan, bprm.file) ?? plan;
}

function loadInterpreter(
  execution: Execution,
  { interpreter }: ElfExecutable,
  main: LoadPlan,
  file: ProgramReference,
): LoadPlan | undefined | Refusal {
  if (!interpreter) return undefined;
  return execution.pass("load_elf_interp", () => {
    const bias = placeInterpreter(execution.task.space, interpreter.program, main.bias === 0);
    if (refused(bias)) return bias;
    const plan = planLoad(interpreter.program, bias);
    return refused(plan) ? plan : (mapSegments(destination(execution), plan, file) ?? plan);
  });
}

/** Where the vDSO stands; undefined when the machine was booted without. */
function mapVdso({ kernel, task }: Execution): number | undefined | Refusal {
  const address = kernel.exec.vdso?.map(task.space);
  if (address !== undefined || !kernel.exec.vdso) return address;
  return new Refusal(E.ENOMEM, "", "there is no room for the vDSO", "use a smaller program", true);
}

/** What goes onto the stack beside the strings. */
interface StackRequest {
  readonly program: ElfExecutable;
  readonly plan: LoadPlan;
  readonly interpreter: LoadPlan | undefined;
  readonly vdso: number | undefined;
  readonly top: number;
  readonly gap: number;
}

function fillStack(
  { kernel, task }: Execution,
  bprm: Binprm,
  { program, plan, interpreter, vdso, top, gap }: StackRequest,
): number | Refusal {
  const { uid, euid, gid, egid } = task.files.credentials;
  const stack = buildInitialStack({
    ...{ top, gap, argv: bprm.argv, envp: bprm.envp, fileName: bprm.filename },
    random: kernel.files.random.take(16),
    auxiliary: auxiliaryVector({
      programHeaders: plan.programHeaders,
      programHeaderCount: program.programHeaders.length,
      entry: plan.entry,
      interpreterBase: interpreter?.bias ?? 0,
      ...{ uid, euid, gid, egid, secure: bprm.secureexec, hwcap: featureWord(), hwcap2: 0 },
      preserveArgv0: bprm.preserveArgv0,
      execfd: bprm.execfd,
      vdso,
      minimalSignalStack: MINIMAL_SIGNAL_STACK,
    }),
  });
  const { space } = task;
  space.startStack = stack.rsp;
  const bottom = space.find(top - 1)!;
  if (pageDown(stack.rsp) < bottom.start) space.growDown(bottom, pageDown(stack.rsp));
  if (!task.memory.write(stack.rsp, stack.bytes)) {
    return new Refusal(E.ENOMEM, "", "there is no memory for the stack", "give the machine more memory");
  }
  const vector = stack.regions.find(({ name }) => name === "auxiliary vector")!;
  space.auxiliaryVector = stack.bytes.slice(vector.start - stack.rsp, vector.end - stack.rsp);
  Object.assign(space, { argStart: stack.argStart, argEnd: stack.argEnd, envEnd: stack.envEnd });
  return stack.rsp;
}

/** For programs of old systems that read null pointers; only user 0 gets it. */
function mapPageZero({ task }: Execution): void {
  if (task.capable(CAP.CAP_SYS_RAWIO)) task.space.insert(new Vma(0, PAGE_SIZE, PROT_READ | PROT_EXEC));
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
