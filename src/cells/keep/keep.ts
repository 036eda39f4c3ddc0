/**
 * What the book keeps in the reader's browser, and nowhere else: edits, parameters, answers, settings. Everything that
 * comes back out is judged, for another version of the book may have written it. Where the browser keeps nothing
 * (private windows, a full disk, a policy), it is kept for as long as the page is open, and the page says so.
 */

/** What there is of `localStorage` here. */
export type Drawer = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** In front of every key, so that other pages of the same host are left alone. */
const PREFIX = "you-in-cpu/";

export class Keep {
  /** What could not be put into the drawer. */
  private readonly loose = new Map<string, string>();
  private wrong: string | undefined;

  /** @param drawer undefined where the browser has none */
  constructor(private readonly drawer: Drawer | undefined) {
    if (!drawer) this.wrong = "this browser keeps nothing for this page";
  }

  /** Why something will be lost with the page; undefined while everything is kept. */
  get problem(): string | undefined {
    return this.wrong;
  }

  /** What stands under `key`, if `judge` accepts it. */
  read<T>(key: string, judge: (value: unknown) => T | undefined): T | undefined {
    const text = this.loose.get(key) ?? this.drawn(key);
    if (text === undefined) return undefined;
    try {
      return judge(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** Keeps plain data. Returns false if it will be lost with the page. */
  write(key: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    try {
      if (!this.drawer) throw new Error("no drawer");
      this.drawer.setItem(PREFIX + key, text);
      this.loose.delete(key);
      this.wrong = undefined;
      return true;
    } catch {
      this.loose.set(key, text);
      if (this.drawer) this.wrong = "the browser's storage for this page is full, or switched off";
      return false;
    }
  }

  forget(key: string): void {
    this.loose.delete(key);
    try {
      this.drawer?.removeItem(PREFIX + key);
    } catch {
      // What cannot be written was not kept either.
    }
  }

  /** All keys that begin like this. */
  keys(beginning = ""): string[] {
    const found = new Set([...this.loose.keys()]);
    try {
      for (let n = 0; n < (this.drawer?.length ?? 0); n++) {
        const key = this.drawer?.key(n);
        if (key?.startsWith(PREFIX)) found.add(key.slice(PREFIX.length));
      }
    } catch {
      // The same as an empty drawer.
    }
    return [...found].filter((key) => key.startsWith(beginning)).sort();
  }

  private drawn(key: string): string | undefined {
    try {
      return this.drawer?.getItem(PREFIX + key) ?? undefined;
    } catch {
      return undefined;
    }
  }
}

/** The browser's own drawer. Merely to name it throws where storage is forbidden. */
function browserDrawer(): Drawer | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** The page's. */
export const keep = new Keep(browserDrawer());
