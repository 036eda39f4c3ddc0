/** What `youcpu run` understands about memory, and what it says when it does not. */
import { describe, expect, it } from "vitest";
import { parseRunOptions } from "../../src/cli/run-options.js";
import { parseTraceOptions } from "../../src/cli/trace-options.js";

function memory(...words: string[]) {
  const options = parseRunOptions([...words, "--", "program"]);
  if (options === "help") throw new Error("no help was asked for");
  return options.memory;
}

describe("the words about memory", () => {
  it("say swap, whose page leaves first, when a process must die, huge pages, and two roots", () => {
    expect(memory()).toEqual({});
    expect(memory("--swap", "64M", "--replacement", "fifo")).toEqual({ swap: 64 << 20, replacement: "fifo" });
    expect(memory("--min-ttl=1_000", "--huge-pages", "3", "--pti")).toEqual({
      ...{ minTtl: 1000, hugePages: 3, pti: true },
    });
  });

  it("are understood by trace, too", () => {
    expect(parseTraceOptions(["--swap", "1M", "--pti", "--", "program"])).toMatchObject({
      run: { memory: { swap: 1 << 20, pti: true } },
    });
  });

  it.each([
    [["--swap", "much"], /--swap much: 0M to 16G, such as 256M/],
    [["--replacement", "mru"], /--replacement mru: use fifo, lru/],
    [["--min-ttl", "1s"], /--min-ttl 1s: a whole number from 0 on/],
    [["--huge-pages", "-1"], /whole number|argument is ambiguous/],
  ])("that are wrong are answered with what would be right: %j", (words, answer) => {
    expect(() => memory(...words)).toThrow(answer);
  });
});
