/**
 * Interrupts of devices: acknowledge, then do what is due.
 * Models Linux arch/x86/kernel/irq.c (common_interrupt), kernel/time/tick-common.c, drivers/input/serio/i8042.c.
 * Leaves out: what a key means. Its scan code is taken from the controller, so that the next can come, and goes nowhere.
 */
import type { Kernel } from "../kernel.js";
import { activeTasks } from "../process/proc-system-stat.js";
import { momentOf, nanosecondsPerUnit } from "../sched/tell.js";
import { checkCpuLimits } from "../time/cpu-limits.js";
import { IRQ_KEYBOARD, IRQ_TIMER } from "./doors.js";

const FIRST_COMMAND = 0x20;
const SECOND_COMMAND = 0xa0;
const END_OF_INTERRUPT = 0x20;
const KEYBOARD_DATA = 0x60;

export function interrupt(kernel: Kernel, irq: number): void {
  const { ports } = kernel.machine;
  if (irq >= 8) ports.write(SECOND_COMMAND, 1, END_OF_INTERRUPT);
  ports.write(FIRST_COMMAND, 1, END_OF_INTERRUPT);
  kernel.statistics.countInterrupt(irq);
  if (irq === IRQ_TIMER) timerInterrupt(kernel);
  else kernel.charge(kernel.costs.interrupt);
  if (irq === IRQ_KEYBOARD) ports.read(KEYBOARD_DATA, 1);
}

/** A tick, or the time of a timer between two ticks. */
function timerInterrupt(kernel: Kernel): void {
  const { current, observer, costs } = kernel;
  const isTick = kernel.clockEvent.take(kernel) || kernel.forced.isStruck;
  const kind = isTick ? "tick" : "timer";
  const cost = costs.interrupt * nanosecondsPerUnit(kernel);
  observer.scheduled?.({ ...momentOf(kernel), kind, pid: current?.pid, cost });
  kernel.charge(costs.interrupt);
  if (isTick) tick(kernel);
  else kernel.timers.expire(kernel, kernel.machine.clock.now);
}

/** One tick of the timer: timers and sleeps whose time has come end, and the running task's turn may be over. */
function tick(kernel: Kernel): void {
  kernel.ticks++;
  const { now } = kernel.machine.clock;
  kernel.timers.expire(kernel, now);
  kernel.current?.group.intervalTimers?.tick();
  if (kernel.current && kernel.scheduler.tick(kernel.current.entity, now)) kernel.reschedule = "tick";
  if (kernel.forced.take() && kernel.current) kernel.reschedule = "forced";
  if (kernel.current) checkCpuLimits(kernel, kernel.current);
  kernel.reclaim.observe();
  kernel.loadAverage.tick(kernel.ticks, kernel.timerHertz, activeTasks(kernel));
}
