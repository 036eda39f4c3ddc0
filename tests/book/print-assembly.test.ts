/** Assembly as the book prints it. */
import { describe, expect, it } from "vitest";
import { printAssembly } from "../../src/book/print-assembly.js";
import { liveCells } from "../chapters/live-fences.js";

const textOf = (html: string) =>
  html
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");

describe("printed assembly", () => {
  it("colours words by what they are, and nothing inside of a string or a comment", () => {
    const html = printAssembly('x: mov eax, 1; cli # and\n    .ascii "and < &"\n');
    expect(html).toContain('<span class="asm-label">x:</span>');
    expect(html).toContain('<span class="asm-register">eax</span>');
    expect(html).toContain('<span class="asm-keyword">cli</span>');
    expect(html).toContain('<span class="asm-comment"># and</span>');
    expect(html).toContain('<span class="asm-string">"and &lt; &amp;"</span>');
  });

  it.each(liveCells().map((cell) => [cell.name, cell.source] as const))(
    "is the program of %s, letter for letter and line for line",
    (_name, source) => {
      const html = printAssembly(source);
      expect(textOf(html)).toBe(source);
      expect(html.match(/<span class="line">/g)).toHaveLength(source.split("\n").length - 1);
    },
  );
});
