/** What has happened to one task so far, as its events tell it: its waits, and how long its answers took. */
import type { TaskEvent } from "../events.js";
import type { Response, Wait, WaitReason } from "./schedule.js";

export class TaskHistory {
  name = "";
  nice = 0;
  weight = 0;
  ended: number | undefined;
  inKernel = false;
  readonly waits: Wait[] = [];
  readonly responses: Response[] = [];
  private waiting: { since: number; after: WaitReason } | undefined;
  /** Questions without an answer, the first first; `began` when it has run for it. */
  private readonly questions: { asked: number; began: number | undefined }[] = [];
  /** Its questions are told; those of a program under a kernel are its wake-ups. */
  private isAsked = false;

  constructor(
    readonly pid: number,
    readonly born: number,
  ) {}

  add(event: TaskEvent, at: number): void {
    switch (event.kind) {
      case "created":
        this.waitFrom(at, "created");
        Object.assign(this, { name: event.name, nice: event.nice, weight: event.weight });
        return;
      case "renamed":
        this.name = event.name;
        return;
      case "reweighted":
        Object.assign(this, { nice: event.nice, weight: event.weight });
        return;
      case "asked":
        this.isAsked = true;
        this.questions.push({ asked: at, began: undefined });
        return;
      case "answered":
        this.answer(at);
        return;
      case "woken":
        if (!this.isAsked) this.questions.push({ asked: at, began: undefined });
        this.waitFrom(at, "woken");
        return;
      case "slept":
        this.closeWait(at, true);
        if (!this.isAsked) this.answer(at);
        return;
      case "ended":
        this.closeWait(at, true);
        this.ended = at;
        return;
      case "kernel-work":
        this.inKernel = event.begins;
        return;
      case "need-resched":
        return;
    }
  }

  /** It can run, and does not. */
  waitFrom(since: number, after: WaitReason): void {
    this.waiting ??= { since, after };
  }

  /** It has the CPU. */
  run(at: number): void {
    this.closeWait(at, false);
    const [first] = this.questions;
    if (first) first.began ??= at;
  }

  finish(end: number): void {
    this.closeWait(end, true);
  }

  private answer(at: number): void {
    const first = this.questions.shift();
    if (!first) return;
    this.responses.push({ pid: this.pid, asked: first.asked, began: first.began ?? at, answered: at });
    const [next] = this.questions;
    // It has the CPU, and turns to the next one at once.
    if (next) next.began ??= at;
  }

  private closeWait(end: number, isOpen: boolean): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting && end > waiting.since)
      this.waits.push({ pid: this.pid, begin: waiting.since, end, after: waiting.after, isOpen });
  }
}
