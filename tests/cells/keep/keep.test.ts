/** What is kept in the reader's browser: it comes back, it is judged, and where nothing can be kept the page says so. */
import { describe, expect, it } from "vitest";
import { type Drawer, Keep } from "../../../src/cells/keep/keep.js";
import { forgetCell, keepCell, keptCell } from "../../../src/cells/keep/kept-cell.js";

/** A drawer like `localStorage`, with room for so many characters. */
function drawerOf(room = 10_000): Drawer & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    get length() {
      return all.size;
    },
    key: (n) => [...all.keys()][n] ?? null,
    getItem: (key) => all.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      all.set(key, value);
    },
    removeItem: (key) => void all.delete(key),
  };
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const BOOK = { text: "mov eax, 3", parameters: { slice: 10, policy: "rr" } };

describe("what is kept", () => {
  it("comes back in the next visit", () => {
    const drawer = drawerOf();
    expect(new Keep(drawer).write("a", "hello")).toBe(true);
    expect(new Keep(drawer).read("a", text)).toBe("hello");
  });

  it("is nothing when another version of the book wrote something else, or somebody wrote rubbish", () => {
    const drawer = drawerOf();
    drawer.setItem("you-in-cpu/a", "{ not json");
    drawer.setItem("you-in-cpu/b", "17");
    const keep = new Keep(drawer);
    expect(keep.read("a", text)).toBeUndefined();
    expect(keep.read("b", text)).toBeUndefined();
  });

  it("leaves what other pages of the host keep alone", () => {
    const drawer = drawerOf();
    drawer.setItem("theirs", "1");
    const keep = new Keep(drawer);
    keep.write("mine", "x");
    expect(keep.keys()).toEqual(["mine"]);
    for (const key of keep.keys()) keep.forget(key);
    expect([...drawer.all.keys()]).toEqual(["theirs"]);
  });

  it("stays as long as the page does where there is no drawer, and the reason is said", () => {
    const keep = new Keep(undefined);
    expect(keep.write("a", "hello")).toBe(false);
    expect(keep.read("a", text)).toBe("hello");
    expect(keep.keys()).toEqual(["a"]);
    expect(keep.problem).toMatch(/keeps nothing/);
  });

  it("stays as long as the page does where the drawer is full, and the reason goes away with the cause", () => {
    const keep = new Keep(drawerOf(20));
    expect(keep.write("a", "x".repeat(100))).toBe(false);
    expect(keep.read("a", text)).toBe("x".repeat(100));
    expect(keep.problem).toMatch(/full/);
    expect(keep.write("a", "x")).toBe(true);
    expect(keep.problem).toBeUndefined();
  });

  it("is nothing where even to look is forbidden", () => {
    const forbidden = () => {
      throw new DOMException("denied", "SecurityError");
    };
    const keep = new Keep({
      ...{ key: forbidden, getItem: forbidden, setItem: forbidden, removeItem: forbidden },
      get length(): number {
        return forbidden();
      },
    });
    expect(keep.read("a", text)).toBeUndefined();
    expect(keep.keys()).toEqual([]);
    keep.forget("a");
  });
});

describe("a cell", () => {
  it("that is as in the book keeps nothing", () => {
    const keep = new Keep(drawerOf());
    keepCell(keep, "c1", BOOK, BOOK);
    expect(keep.keys()).toEqual([]);
  });

  it("keeps only what differs", () => {
    const keep = new Keep(drawerOf());
    keepCell(keep, "c1", { text: BOOK.text, parameters: { slice: 20, policy: "rr" } }, BOOK);
    expect(keptCell(keep, "c1", BOOK)).toEqual({ kept: { parameters: { slice: 20 } }, stale: false });
    keepCell(keep, "c1", { text: "nop", parameters: BOOK.parameters }, BOOK);
    expect(keptCell(keep, "c1", BOOK)).toEqual({ kept: { text: "nop", parameters: {} }, stale: false });
  });

  it("that is changed back keeps nothing any more", () => {
    const keep = new Keep(drawerOf());
    keepCell(keep, "c1", { ...BOOK, text: "nop" }, BOOK);
    keepCell(keep, "c1", BOOK, BOOK);
    expect(keptCell(keep, "c1", BOOK)).toBeUndefined();
  });

  it("says when the book has changed since", () => {
    const keep = new Keep(drawerOf());
    keepCell(keep, "c1", { ...BOOK, text: "nop" }, BOOK);
    expect(keptCell(keep, "c1", { ...BOOK, text: "mov eax, 4" })?.stale).toBe(true);
    expect(keptCell(keep, "c1", { ...BOOK, parameters: { slice: 11, policy: "rr" } })?.stale).toBe(true);
  });

  it("can be forgotten", () => {
    const keep = new Keep(drawerOf());
    keepCell(keep, "c1", { ...BOOK, text: "nop" }, BOOK);
    forgetCell(keep, "c1");
    expect(keep.keys()).toEqual([]);
  });
});
