/** How much is sent for a page, compressed by gzip, which every static host can. */
import { describe, expect, it } from "vitest";
import { wakeCells } from "./axe.js";
import { hasChromium, OpenBook } from "./open-book.js";

/** Before anything is touched or scrolled. */
const BYTES_BEFORE_TOUCH = 300_000;
/** With the kernel and compiled programs, which come when a reader has scrolled to them. */
const BYTES_WITH_ALL_CELLS = 450_000;

describe.skipIf(!hasChromium)("a page with cells", () => {
  it.each(["", "chapters/1-the-basics", "chapters/2-slice-dat-time"])(
    "/%s loads at most 300 kB before it is touched, and at most 450 kB with all of its cells alive",
    { timeout: 60_000 },
    async (path) => {
      let bytes = 0;
      const book = await OpenBook.at("/", undefined, (sent) => {
        bytes += sent;
      });
      const { page, complaints } = await book.visit(path);
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThan(BYTES_BEFORE_TOUCH);
      const before = bytes;
      await wakeCells(page);
      console.log(`/${path}: ${before} bytes, ${bytes} with all cells`);
      expect(bytes).toBeLessThan(BYTES_WITH_ALL_CELLS);
      expect(complaints).toEqual([]);
      await book.close();
    },
  );
});
