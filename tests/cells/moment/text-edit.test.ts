/** Edits of texts: what differs, line by line, and the way from one text to the other. */
import { describe, expect, it } from "vitest";
import { applyEdit, editBetween } from "../../../src/cells/moment/text-edit.js";

const PROGRAM = "    mov eax, 3\nagain:\n    add ebx, 10\n    dec eax\n    jnz again\n    hlt";

describe("an edit", () => {
  it("of one line says how many lines stay before it, that one goes, and what comes", () => {
    expect(editBetween(PROGRAM, PROGRAM.replace("10", "11"))).toEqual([2, -1, "    add ebx, 11"]);
  });

  it("of two places keeps the lines between them", () => {
    const changed = PROGRAM.replace("3", "5").replace("hlt", "ret");
    expect(editBetween(PROGRAM, changed)).toEqual([-1, "    mov eax, 5", 4, -1, "    ret"]);
  });

  it("of nothing is empty", () => {
    expect(editBetween(PROGRAM, PROGRAM)).toEqual([]);
    expect(applyEdit(PROGRAM, [])).toBe(PROGRAM);
  });

  it("leads from any text to any other", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 0x80000000;
      return Math.floor((seed / 0x80000000) * below);
    };
    const text = () => Array.from({ length: random(12) }, () => "abcde"[random(5)]).join("\n");
    for (let n = 0; n < 2000; n++) {
      const [from, to] = [text(), text()];
      expect(applyEdit(from, editBetween(from, to))).toBe(to);
    }
  });

  it("of long texts takes the whole middle", () => {
    const lines = (word: string) => Array.from({ length: 3000 }, (_, n) => `${word} ${n}`).join("\n");
    const [from, to] = [`head\n${lines("a")}\ntail`, `head\n${lines("b")}\ntail`];
    expect(editBetween(from, to).slice(0, 3)).toEqual([1, -3000, "b 0"]);
    expect(applyEdit(from, editBetween(from, to))).toBe(to);
  });

  it("of another text is refused", () => {
    expect(applyEdit("one line", [3, -1])).toBeUndefined();
    expect(applyEdit("one line", [0.5])).toBeUndefined();
  });
});
