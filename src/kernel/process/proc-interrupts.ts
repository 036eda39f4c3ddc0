/**
 * /proc/interrupts: how often each line of the interrupt controllers has interrupted the processor.
 * Models show_interrupts (Linux kernel/irq/proc.c). Leaves out: what the processor interrupts itself with.
 */
import { IRQ_CASCADE, IRQ_COUNT, IRQ_KEYBOARD, IRQ_TIMER } from "../entry/doors.js";
import type { Kernel } from "../kernel.js";

/** Who listens on which line, as Linux calls them. */
const HANDLERS = new Map([
  [IRQ_TIMER, "timer"],
  [IRQ_KEYBOARD, "i8042"],
  [IRQ_CASCADE, "cascade"],
]);

export function interruptsText({ statistics }: Kernel): string {
  const rows = Array.from({ length: IRQ_COUNT }, (_, irq) => irq)
    .filter((irq) => HANDLERS.has(irq) || statistics.interruptsOf(irq) > 0)
    .map((irq) => {
      const count = String(statistics.interruptsOf(irq)).padStart(10);
      return `${String(irq).padStart(3)}: ${count}    XT-PIC      ${HANDLERS.get(irq) ?? ""}`.trimEnd();
    });
  return ["           CPU0       ", ...rows, "ERR:          0", ""].join("\n");
}
