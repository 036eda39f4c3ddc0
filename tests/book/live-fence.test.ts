/** The info strings of live fences. */
import { describe, expect, it } from "vitest";
import { liveElement, readLiveFence } from "../../src/book/live-fence.js";

const problem = (info: string): string => {
  const fence = readLiveFence(info);
  return fence && "problem" in fence ? fence.problem : "none";
};

describe("a fence", () => {
  it("without the word live is only text", () => {
    expect(readLiveFence("asm")).toBeUndefined();
    expect(readLiveFence("")).toBeUndefined();
    expect(readLiveFence("c {1,3}")).toBeUndefined();
  });

  it("with the word live becomes an element with the program in it", () => {
    const fence = readLiveFence(
      'asm live name=c1.step show=registers,memory expect-stdout="hi \\"you\\"\\n"',
    );
    if (!fence || "problem" in fence) throw new Error("not understood");
    expect(fence.attributes.get("expect-stdout")).toBe('hi "you"\\n');
    expect(liveElement(fence, "<pre>nop</pre>")).toBe(
      '<live-cell class="cell" id="c1.step" language="asm" name="c1.step" show="registers,memory" expect-stdout="hi &quot;you&quot;\\n"><pre>nop</pre></live-cell>\n',
    );
  });

  it.each([
    ["asm live name=a shwo=flags", /unknown word “shwo”; known: .*show/],
    ["asm live name=a show=flags,regs", /show=… knows no “regs”; known: .*registers/],
    ["asm live name=a scenario=real", /scenario=… knows no “real”; known: bare/],
    ["asm live name=a param-speed=3", /the scenario bare has no parameter “speed”/],
    ["js live name=a", /the scenario bare takes no “js”; it takes asm/],
    ["asm live name=a rings=4", /rings=… knows no “4”/],
    ["asm live show=flags", /needs a name/],
    ["asm live name", /“name” needs a value/],
    ["asm live name=a name=b", /“name” stands here twice/],
    ['asm live name="a', /not of the form/],
    ["asm name=a live", /“live” must follow the language/],
    ["c live name=a", /language “c”; known: asm, js, none/],
  ])("is refused with the reason and the known words: %s", (info, reason) => {
    expect(problem(info)).toMatch(reason);
  });
});
