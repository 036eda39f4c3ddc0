/**
 * What a reader has done, kept in the browser and nowhere else: predictions made, exercises tried and solved, chapters opened.
 * A browser that keeps nothing (private windows, a full or forbidden storage) costs the reader the memory and nothing more.
 */

/** As much of `localStorage` as is used. */
export type Keeper = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** One thing that can be done, by the name of its prediction, exercise or chapter. */
export interface Deed {
  /** A prediction's choice. */
  readonly chose?: string;
  /** How often an exercise was checked. */
  readonly tries?: number;
  readonly solved?: boolean;
  readonly opened?: boolean;
}

type Deeds = Readonly<Record<string, Deed>>;

const KEY = "you-in-cpu/progress/1";

export class Progress {
  private deeds: Deeds;
  private readonly listeners = new Set<() => void>();

  /** @param keeper where it is kept; undefined when there is nothing to keep it in */
  constructor(private readonly keeper: Keeper | undefined) {
    this.deeds = read(keeper);
  }

  of(name: string): Deed {
    return this.deeds[name] ?? {};
  }

  /** Names of all that was done, of those that fulfil a condition. */
  names(fulfils: (deed: Deed) => boolean): string[] {
    return Object.entries(this.deeds).flatMap(([name, deed]) => (fulfils(deed) ? [name] : []));
  }

  /** Adds to what is known of one thing. */
  note(name: string, more: Deed): void {
    this.deeds = { ...this.deeds, [name]: { ...this.of(name), ...more } };
    this.keep();
  }

  /** Forgets what begins with `prefix`; everything when it is empty. */
  forget(prefix = ""): void {
    const kept = Object.entries(this.deeds).filter(([name]) => !name.startsWith(prefix));
    this.deeds = prefix === "" ? {} : Object.fromEntries(kept);
    this.keep();
  }

  /** Hears of every change until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private keep(): void {
    try {
      this.keeper?.setItem(KEY, JSON.stringify(this.deeds));
    } catch {
      // Full or forbidden: it is known until the page is left.
    }
    for (const listener of this.listeners) listener();
  }
}

/** Whatever somebody else has put there is as good as nothing. */
function read(keeper: Keeper | undefined): Deeds {
  try {
    const kept: unknown = JSON.parse(keeper?.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null && !Array.isArray(kept) ? (kept as Deeds) : {};
  } catch {
    return {};
  }
}
