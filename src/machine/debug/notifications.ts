/**
 * Telling views what changed since they were told last: at the end of a run or step, not while it goes on. Whoever does not
 * listen costs nothing; of memory only the first write to each page in question is noticed, and the rest is as quick as ever.
 */
import type { Source } from "../cpu/interrupts.js";
import type { AccessWatch, WalkEnd } from "../memory/access-watch.js";
import { PAGE_SHIFT } from "../memory/physical-memory.js";
import { type Access, WRITE } from "../memory/tlb.js";
import { bringUpToDate, type Difference } from "../time/differences.js";
import type { Recorded } from "../time/journal.js";
import { type RegisterChange, registerChanges } from "../time/places.js";

/** What one can listen to. */
export type Topic =
  | { readonly kind: "registers" | "device" | "exception" | "interrupt" | "walk" }
  /** Pages that a range touches. */
  | {
      readonly kind: "memory";
      readonly space: "linear" | "physical";
      readonly address: bigint;
      readonly length: number;
    };

/** An exception or interrupt that was delivered. */
export interface Delivery {
  /** t before it. */
  readonly time: number;
  readonly vector: number;
  readonly errorCode: number | undefined;
  readonly source: Source;
  /** Why, for a human. */
  readonly detail: string | undefined;
}

/** The processor walked the page tables. */
export interface PageWalk extends WalkEnd {
  /** t before the instruction. */
  readonly time: number;
}

/** What a listener is told, by kind of topic. */
export interface News {
  readonly registers: readonly RegisterChange[];
  readonly device: readonly RegisterChange[];
  /** Addresses of the pages that were perhaps changed, linear or physical as asked for, ascending. */
  readonly memory: readonly bigint[];
  readonly exception: readonly Delivery[];
  readonly interrupt: readonly Delivery[];
  readonly walk: readonly PageWalk[];
}

/** Of long runs the newest are told. */
const MOST_RECORDS = 4096;
const SHIFT = BigInt(PAGE_SHIFT);

interface Subscription {
  readonly topic: Topic;
  /** Pages of the topic that were written. */
  readonly pages: Set<bigint>;
  tell(news: readonly unknown[]): void;
}

export class Notifications<R extends object> implements AccessWatch {
  private readonly subscriptions = new Set<Subscription>();
  private kept: R | undefined;
  private deliveries: Delivery[] = [];
  private walked: PageWalk[] = [];
  /** What happens is not told. */
  silent = false;

  constructor(private readonly machine: Recorded<R>) {}

  /** Tells `listener` at the end of every run in which something of the topic changed. Returns what ends that. */
  subscribe<T extends Topic>(topic: T, listener: (news: News[T["kind"]]) => void): () => void {
    const tell = (news: readonly unknown[]) => listener(news as News[T["kind"]]);
    const subscription = { topic, pages: new Set<bigint>(), tell };
    this.subscriptions.add(subscription);
    this.arrange();
    return () => {
      this.subscriptions.delete(subscription);
      this.arrange();
    };
  }

  private arrange(): void {
    const kinds = new Set([...this.subscriptions].map(({ topic }) => topic.kind));
    const compares = kinds.has("registers") || kinds.has("device");
    if (compares) this.kept ??= this.machine.copyRegisters();
    else this.kept = undefined;
    this.machine.watch(this, kinds.has("memory") || kinds.has("walk"));
  }

  /** A run has ended. */
  deliver(): void {
    if (this.subscriptions.size === 0) return;
    const registers = this.registerChanges();
    const news: Omit<News, "memory"> = {
      registers: registers.filter(({ kind }) => kind !== "device"),
      device: registers.filter(({ kind }) => kind === "device"),
      exception: this.deliveries.filter(({ source }) => source !== "external"),
      interrupt: this.deliveries.filter(({ source }) => source === "external"),
      walk: this.walked,
    };
    this.deliveries = [];
    this.walked = [];
    const told = [...this.subscriptions].map(({ topic, pages, tell }) => {
      const what = topic.kind === "memory" ? [...pages].sort((a, b) => (a < b ? -1 : 1)) : news[topic.kind];
      pages.clear();
      return { tell, what };
    });
    // The pages are to be noticed again.
    if (told.some(({ what }) => typeof what[0] === "bigint")) this.machine.watch(this, true);
    for (const { tell, what } of told) if (what.length > 0) tell(what);
  }

  private registerChanges(): RegisterChange[] {
    if (!this.kept) return [];
    const differences: Difference[] = [];
    bringUpToDate(this.kept, this.machine.lookAtRegisters(), differences);
    return registerChanges(differences);
  }

  /** Memory was replaced as a whole: every page may have changed. */
  memoryReplaced(): void {
    for (const { topic, pages } of this.subscriptions) {
      if (topic.kind !== "memory") continue;
      for (let page = topic.address >> SHIFT; page <= lastPage(topic); page++) pages.add(page << SHIFT);
    }
  }

  delivered(delivery: Omit<Delivery, "time">): void {
    if (this.silent || this.subscriptions.size === 0) return;
    this.deliveries.push({ time: this.machine.time, ...delivery });
    if (this.deliveries.length > MOST_RECORDS) this.deliveries.shift();
  }

  ignores(access: Access, lo: number, hi: number, physical: number): boolean {
    if (access !== WRITE) return true;
    return !this.waiting("linear", linearAddress(lo, hi)) && !this.waiting("physical", BigInt(physical));
  }

  /** Somebody wants to know of the first write to the page, and there was none. */
  private waiting(space: "linear" | "physical", address: bigint): boolean {
    const page = address >> SHIFT;
    for (const { topic, pages } of this.subscriptions)
      if (contains(topic, space, page) && !pages.has(page << SHIFT)) return true;
    return false;
  }

  reads(): void {}

  writes(lo: number, hi: number): void {
    this.written("linear", linearAddress(lo, hi) >> SHIFT);
  }

  changes(physical: number, bytes: number): void {
    const last = BigInt(physical + bytes - 1) >> SHIFT;
    for (let page = BigInt(physical) >> SHIFT; page <= last; page++) this.written("physical", page);
  }

  private written(space: "linear" | "physical", page: bigint): void {
    for (const { topic, pages } of this.subscriptions)
      if (contains(topic, space, page)) pages.add(page << SHIFT);
  }

  walks(walk: WalkEnd): void {
    if (this.silent || ![...this.subscriptions].some(({ topic }) => topic.kind === "walk")) return;
    this.walked.push({ time: this.machine.time, ...walk });
    if (this.walked.length > MOST_RECORDS) this.walked.shift();
  }
}

const linearAddress = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

const lastPage = (topic: { address: bigint; length: number }): bigint =>
  (topic.address + BigInt(topic.length - 1)) >> SHIFT;

const contains = (topic: Topic, space: "linear" | "physical", page: bigint): boolean =>
  topic.kind === "memory" &&
  topic.space === space &&
  page >= topic.address >> SHIFT &&
  page <= lastPage(topic);
