/** What a chapter's Markdown may hold besides Markdown. */
import { describe, expect, it } from "vitest";
import { print } from "./sample-book.js";

const mistake = (markdown: string) =>
  print(markdown).then(
    (html) => `no mistake: ${html}`,
    (error: Error) => error.message,
  );

describe("a number in the prose", () => {
  it("is printed when the machine agrees, with cell and question", async () => {
    expect(await print("It is {{30 = sum registers.rbx}} then.")).toBe(
      '<p>It is <span class="computed" data-cell="sum" data-asks="registers.rbx" title="as cell sum computes it">30</span> then.</p>\n',
    );
  });

  it("can be written in other ways, asked of the first moment, and of a changed program", async () => {
    const html = await print(
      "{{0x1e = sum registers.rbx as hex}}, {{0 = sum first.registers.rbx}}, {{50 = sum [eax, 3 => eax, 5] registers.rbx}}, {{1 = sum flags.ZF}}",
    );
    expect(html.replace(/<[^>]*>/g, "").trim()).toBe("0x1e, 0, 50, 1");
  });

  it.each([
    ["{{31 = sum registers.rbx}}", "{{31 = sum registers.rbx}}: cell sum says 30"],
    ["{{30 = summ registers.rbx}}", "there is no cell summ in the book"],
    ["{{30 = sum registers.rxx}}", /cell sum: “registers” has no “rxx”; it has rax, /],
    ["{{30 = sum crossings}}", /“crossings” is not one value, but has counts/],
    ["{{30 = sum registers.rbx as roman}}", /no format “roman”; known: plain, hex/],
    ["{{30}}", /not of the form \{\{number = cell question\}\}/],
    ["{{30 = sum [ecx => edx] registers.rbx}}", "cell sum has no “ecx” to replace"],
  ])("is a mistake of the page otherwise: %s", async (markdown, message) => {
    expect(await mistake(markdown)).toMatch(message);
  });
});

describe("a prediction", () => {
  const ask = (choices: string, info = "cell=sum ask=registers.rbx") =>
    `\`\`\`predict ${info}\nHow much is \`ebx\`?\n\n${choices}\n---\nThree **times** ten.\n\`\`\``;

  it("becomes a question with choices, and an explanation that waits", async () => {
    const html = await print(ask("- 10\n- [30] thirty, `1e`"));
    expect(html).toContain('<predict-question cell="sum" ask="registers.rbx" as="plain">');
    expect(html).toContain('<li data-value="10">10</li><li data-value="30">thirty, <code>1e</code></li>');
    expect(html).toMatch(/<details class="predict-why">.*<strong>times<\/strong> ten/s);
  });

  it("has just one choice that the machine confirms", async () => {
    expect(await mistake(ask("- 10\n- 20"))).toBe("sum answers “30” to registers.rbx, and 0 choices say so");
    expect(await mistake(ask("- 30\n- [30] thirty"))).toMatch(/2 choices say so/);
    expect(await mistake(ask("- 30"))).toMatch(/at least two lines/);
    expect(await mistake(ask("- 1\n- 2", "cell=sum"))).toMatch(/needs cell=… and ask=…/);
  });

  it("may ask about a changed program", async () => {
    expect(await print(ask("- 30\n- 70", 'cell=sum ask=registers.rbx replace="eax, 3=>eax, 7"'))).toContain(
      'as="plain" from="eax, 3" to="eax, 7"',
    );
  });
});

describe("an exercise", () => {
  it("holds a task with its cell, a hint and a solution", async () => {
    const html = await print(
      '````exercise name=x1.1 title="One byte"\nDo it.\n\n```asm live name=x1.1\n    hlt\n```\n\nhint:\nLook.\n\nsolution:\nSo.\n````',
    );
    expect(html).toMatch(/^<book-exercise name="x1.1"><h4>.*Exercise 1.1<\/span> One byte<\/h4>/);
    expect(html).toContain("<live-cell");
    expect(html).toMatch(/<details class="exercise-hint"><summary>Hint<\/summary><p>Look.<\/p>/);
    expect(await mistake('````exercise name=x1.1 title="a"\nDo it.\n````')).toMatch(
      /needs a task, then a line “hint:”/,
    );
  });
});

describe("a listing", () => {
  it("is a region of the source at the left edge, with its place and what it models", async () => {
    const html = await print(
      '```ts region=src/kernel/queue.ts#take models="kernel/sched/rt.c pick_next_task_rt"\n```',
    );
    expect(html).toContain(">take(): number | undefined {\n  return this.items.shift();\n}\n<");
    expect(html).toContain('<a href="https://example.org/tree/src/kernel/queue.ts#L4">');
    expect(html).toContain("<code>pick_next_task_rt</code> in Linux’s <code>kernel/sched/rt.c</code>");
  });

  it("of the kernel names its model, and a region that exists", async () => {
    expect(await mistake("```ts region=src/kernel/queue.ts#take\n```")).toMatch(
      /names what of Linux it models/,
    );
    expect(await mistake("```ts region=src/machine/queue.ts#give\n```")).toMatch(
      /has no “\/\/ #region give”/,
    );
  });
});

describe("a word", () => {
  it("that is bold and a term leads to the glossary; a bold paragraph is a heading", async () => {
    expect(await print("A **ring** and a **thing**.")).toBe(
      '<p>A <strong><a class="term" href="/reference/glossary#ring">ring</a></strong> and a <strong>thing</strong>.</p>\n',
    );
    expect(await print("**ring**")).toBe("<p><strong>ring</strong></p>\n");
  });

  it("can mean a thing in a cell", async () => {
    expect(await print("the [zero `flag`]{sum flag:ZF}")).toBe(
      '<p>the <span class="thing" tabindex="0" data-cell="sum" data-ref="flag:ZF">zero <code>flag</code></span></p>\n',
    );
    expect(await mistake("[x]{sum ZF}")).toMatch(/“ZF” names nothing/);
  });
});
