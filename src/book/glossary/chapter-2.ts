/** The words that chapter 2 brings in, in the order in which a reader meets them. */
import type { Term } from "./term.js";

export const CHAPTER_2: readonly Term[] = [
  {
    term: "concurrent",
    also: ["concurrency"],
    says: "Under way at the same time, whether or not at the same instant. At the same instant is called parallel.",
  },
  {
    term: "PIT",
    says: "The programmable interval timer, a chip of 1981 that counts down from a number and then raises an interrupt.",
    cell: "c2.pit",
  },
  {
    term: "PIC",
    says: "The programmable interrupt controller: it collects the requests of devices and passes the most urgent on to the processor.",
    cell: "c2.pit",
  },
  {
    term: "IRQ",
    says: "A request of a device for an interrupt, and the input through which it comes.",
    cell: "c2.pit",
  },
  {
    term: "EOI",
    says: "End of interrupt: what a handler tells the controller so that further interrupts come through.",
    cell: "c2.pit",
  },
  { term: "tick", says: "One interrupt of a timer that strikes again and again.", cell: "c2.pit" },
  { term: "HZ", says: "How many ticks a kernel has a second; chosen when it is built.", cell: "c2.cost" },
  { term: "jiffy", says: "The time from one tick to the next." },
  {
    term: "APIC",
    says: "The interrupt controller inside of each newer processor, which has a timer of its own.",
  },
  {
    term: "tickless",
    says: "A kernel that lets its timer strike when something is due, and not a fixed number of times a second.",
  },
  {
    term: "saved frame",
    says: "The registers of a program, as they lie on its kernel stack while it is not running.",
    cell: "c2.frame",
  },
  {
    term: "context switch",
    says: "Saving the registers of one task and loading those of another.",
    cell: "c2.frame",
  },
  {
    term: "preemption",
    says: "Taking the processor away from a program that did not ask to lose it.",
    cell: "c2.frame",
  },
  { term: "timeslice", also: ["quantum"], says: "How long a turn may last.", cell: "c2.rr" },
  { term: "round-robin", says: "Serving all in turn, for the same time.", cell: "c2.rr" },
  {
    term: "target latency",
    says: "The time within which everybody who wants the processor is to have had it once.",
    cell: "c2.latency",
  },
  {
    term: "period",
    says: "The time from the start of a turn to the start of the same program’s next.",
    cell: "c2.latency",
  },
  {
    term: "granularity",
    says: "The least length of a turn, whatever the target latency says.",
    cell: "c2.latency",
  },
  {
    term: "CFS",
    says: "The completely fair scheduler, Linux’s from 2007 to 2023: the least virtual time runs.",
    cell: "c2.cfs",
  },
  {
    term: "vruntime",
    says: "Virtual run time: how long a task has run, divided by its weight.",
    cell: "c2.cfs",
  },
  {
    term: "nice",
    says: "A number from −20 to 19 that says how much a program gives way to others.",
    cell: "c2.cfs",
  },
  {
    term: "weight",
    says: "A task’s share beside those of others; each step of nice is a factor of about 1.25.",
    cell: "c2.cfs",
  },
  {
    term: "starve",
    also: ["starvation"],
    says: "To wait for ever, or for very long, because others are always preferred.",
    cell: "c2.cfs",
  },
  {
    term: "EEVDF",
    says: "Earliest eligible virtual deadline first: Linux’s scheduler since 6.6.",
    cell: "c2.eevdf",
  },
  { term: "lag", says: "What a task should have got by now, less what it has got.", cell: "c2.eevdf" },
  {
    term: "eligible",
    says: "Of a task: it has had no more than its share, so it may be chosen.",
    cell: "c2.eevdf",
  },
  {
    term: "virtual deadline",
    says: "The virtual time by which a task’s present request is to have been served.",
    cell: "c2.eevdf",
  },
  { term: "sched_ext", says: "A part of Linux, since 6.12, that lets a loaded program decide who runs." },
  {
    term: "kernel thread",
    also: ["kernel threads"],
    says: "A task of the kernel’s own, without a program and without memory of one.",
    cell: "c2.cr3",
  },
  {
    term: "lazy TLB",
    says: "Running without changing the page tables, because the one who runs needs none of its own.",
    cell: "c2.cr3",
  },
  {
    term: "PCID",
    says: "A number for each process that marks its entries in the TLB, so that a switch need not forget them.",
    cell: "c2.cr3",
  },
  {
    term: "race",
    says: "A mistake whose result depends on the order in which two threads happen to do things.",
    cell: "c2.race",
  },
  {
    term: "kernel preemption",
    says: "Taking the processor away while the kernel itself is at work for a program.",
    cell: "c2.kpreempt",
  },
  { term: "cooperative", says: "Of multitasking: a turn ends when its owner says so.", cell: "c2.coop" },
  { term: "yield", also: ["yields"], says: "To give up the rest of one’s turn.", cell: "c2.coop" },
];
