/**
 * x87: control and status words, the stack's bookkeeping, and the unit's state in memory.
 * Source: Intel SDM Vol. 1 §8.1, §8.3.11; Vol. 2A entries named below; Vol. 2D, WAIT.
 */
import type { Cpu } from "../../cpu/cpu.js";
import { GuestFault, VECTOR } from "../../cpu/guest-fault.js";
import { CR0 } from "../../cpu/state.js";
import {
  loadEnvironment,
  restoreAll,
  restoreUnit,
  saveAll,
  saveUnit,
  setControl,
  storeEnvironment,
} from "../../cpu/x87-environment.js";
import { STATUS, summarize, type X87Step } from "../../cpu/x87-step.js";
import type { Instruction } from "../instruction.js";
import { read, write } from "../operands.js";
import { entry } from "./entry.js";
import { x87, x87Control } from "./x87-entry.js";

/** FWAIT heeds CR0.TS only together with CR0.MP, and never CR0.EM. */
function wait(cpu: Cpu): void {
  const both = CR0.MP | CR0.TS;
  if ((cpu.system.cr0 & both) === both) throw new GuestFault(VECTOR.NM);
  if ((cpu.state.x87.status & STATUS.SUMMARY) !== 0) throw new GuestFault(VECTOR.MF);
}

function clearExceptions(cpu: Cpu): void {
  const { x87: unit } = cpu.state;
  unit.status &= ~(STATUS.EXCEPTIONS | STATUS.STACK_FAULT);
  summarize(unit);
}

/** Turns the ring of registers; what they hold and whether they are empty stays. */
function turn(step: X87Step, by: number): void {
  step.commit();
  step.x87.top = (step.x87.top + by) & 7;
}

function free(step: X87Step, pops: number): void {
  step.commit();
  step.x87.free(step.register(0));
  step.pop(pops);
}

const nothing = (): void => {};

export const X87_CONTROL: readonly Instruction[] = [
  x87Control(
    "fldcw",
    "Loads the control word.",
    ["D9 /5 | m16"],
    (cpu, i) => setControl(cpu.state.x87, Number(read(cpu.evaluator, i, 0))),
    { waits: true },
  ),
  x87Control(
    "fnstcw",
    "Stores the control word.",
    ["D9 /7 | m16"],
    (cpu, i) => write(cpu.evaluator, i, 0, BigInt(cpu.state.x87.control)),
    { manual: "FSTCW/FNSTCW" },
  ),
  x87Control(
    "fnstsw",
    "Stores the status word.",
    ["DD /7 | m16", "DF E0 | ax"],
    (cpu, i) => write(cpu.evaluator, i, 0, BigInt(cpu.state.x87.statusWord)),
    { manual: "FSTSW/FNSTSW" },
  ),
  x87Control("fnclex", "Clears the exception flags.", ["DB E2"], clearExceptions, { manual: "FCLEX/FNCLEX" }),
  x87Control("fninit", "Makes the unit as after reset.", ["DB E3"], (cpu) => cpu.state.x87.initialize(), {
    manual: "FINIT/FNINIT",
  }),
  x87Control(
    "fnstenv",
    "Stores the environment and masks all exceptions.",
    ["D9 /6 | m | size=v"],
    storeEnvironment,
    {
      manual: "FSTENV/FNSTENV",
    },
  ),
  x87Control("fldenv", "Loads the environment.", ["D9 /4 | m | size=v"], loadEnvironment, { waits: true }),
  x87Control(
    "fnsave",
    "Stores the whole unit and makes it as after reset.",
    ["DD /6 | m | size=v"],
    saveUnit,
    {
      manual: "FSAVE/FNSAVE",
    },
  ),
  x87Control("frstor", "Loads the whole unit.", ["DD /4 | m | size=v"], restoreUnit, { waits: true }),
  x87Control(
    "fxsave",
    "Stores the x87 unit, MXCSR and the SSE registers.",
    ["NP W0 0F AE /0 | m | size=32"],
    saveAll,
  ),
  x87Control("fxsave64", "FXSAVE with pointers of 64 bits.", ["NP REX.W 0F AE /0 | m | size=64"], saveAll, {
    manual: "FXSAVE",
  }),
  x87Control(
    "fxrstor",
    "Loads the x87 unit, MXCSR and the SSE registers.",
    ["NP W0 0F AE /1 | m | size=32"],
    restoreAll,
  ),
  x87Control(
    "fxrstor64",
    "FXRSTOR with pointers of 64 bits.",
    ["NP REX.W 0F AE /1 | m | size=64"],
    restoreAll,
    {
      manual: "FXRSTOR",
    },
  ),
  x87("fincstp", "Makes ST(1) the top of the stack.", ["D9 F7"], (step) => turn(step, 1)),
  x87("fdecstp", "Makes ST(7) the top of the stack.", ["D9 F6"], (step) => turn(step, -1)),
  x87("ffree", "Marks ST(i) empty.", ["DD C0+i | sti"], (step) => free(step, 0)),
  x87("ffreep", "Marks ST(i) empty and pops.", ["DF C0+i | sti"], (step) => free(step, 1), {
    manual: "FFREE",
  }),
  x87Control("fnop", "Does nothing.", ["D9 D0"], nothing, { waits: true }),
  x87Control("fneni", "Does nothing since the 80287.", ["DB E0"], nothing, { manual: "FNOP" }),
  x87Control("fndisi", "Does nothing since the 80287.", ["DB E1"], nothing, { manual: "FNOP" }),
  x87Control("fnsetpm", "Does nothing since the 80387.", ["DB E4"], nothing, { manual: "FNOP" }),
  entry("fwait", "Waits for the x87 unit's exceptions.", "", ["9B"], (o) => o.assist(wait), {
    aliases: ["wait"],
    manual: "SDM Vol. 2D, WAIT/FWAIT",
  }),
];
