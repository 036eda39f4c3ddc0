/** A reader's JavaScript: its functions, and where it goes wrong. */
import { describe, expect, it } from "vitest";
import { compileHere } from "../../src/cells/policy/compile-here.js";
import { policyScript, scriptProblem } from "../../src/cells/policy/policy-script.js";
import type { ReaderCode } from "../../src/cells/policy/reader-code.js";

function code(text: string): ReaderCode {
  const compiled = compileHere(text, ["pick", "tick"]);
  if ("problem" in compiled) throw new Error(compiled.problem.reason);
  return compiled;
}

const problem = (text: string) => {
  const compiled = compileHere(text, ["pick", "tick"]);
  return "problem" in compiled ? compiled.problem : undefined;
};

describe("a reader's text", () => {
  it("is the functions that it defines", () => {
    const compiled = code("const two = 2;\nfunction pick(n) { return n * two; }");
    expect(compiled.function("pick")!(21)).toBe(42);
    expect(compiled.function("tick")).toBeUndefined();
  });

  it("may define them as constants too", () => {
    expect(code("const pick = (n) => n + 1;").function("pick")!(1)).toBe(2);
  });

  it("without the first function is of no use", () => {
    expect(problem("function tick() {}")).toMatchObject({ reason: "there is no function called pick" });
  });

  it("that throws at once says in which line", () => {
    expect(problem("const a = 1;\nnull.x;\nfunction pick() {}")).toMatchObject({ line: 2 });
  });

  it("that cannot be read is a problem, not a crash", () => {
    expect(problem("function pick( {")?.reason).toMatch(/SyntaxError/);
  });
});

describe("what a reader's function throws", () => {
  it("says the line, and keeps its name", () => {
    const compiled = code("function pick() {\n  undefined.x;\n}");
    expect(() => compiled.function("pick")!()).toThrow(/\(line 2\)/);
    expect(compiled.thrownAt).toMatchObject({ line: 2 });
  });

  it.each([
    "throw 17",
    "throw null",
    "throw { toString() { throw 1; } }",
    "throw Object.defineProperty(new Error('x'), 'stack', { get() { throw 2; } })",
  ])("may be anything: %s", (text) => {
    const compiled = code(`function pick() { ${text}; }`);
    expect(() => compiled.function("pick")!()).toThrow(Error);
  });
});

describe("the script around it", () => {
  it("leaves the reader's lines where they are, one line down", () => {
    const text = "// first\nfunction pick() {}";
    const script = policyScript(text, ["pick"], "https://book/policy-worker.js");
    expect(script.split("\n").slice(1, 3)).toEqual(text.split("\n"));
  });

  it("takes no text that could fetch code", () => {
    expect(scriptProblem("let x;\nimport('y')")).toMatchObject({ line: 2 });
    expect(scriptProblem("let important;")).toBeUndefined();
  });
});
