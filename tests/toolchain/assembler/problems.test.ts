/** Mistakes in a source: all of them, where they are, and what to do; and nothing that throws or takes for ever. */
import { describe, expect, it } from "vitest";
import { assemble, type Problem } from "../../../src/toolchain/assembler/assemble.js";
import { randomNumbers, randomProgram } from "./random-programs.js";

function problemsOf(source: string): readonly Problem[] {
  const result = assemble(source);
  return result.ok ? [] : result.errors;
}

/** The only mistake in a source: the text that it marks, its reason and the next step. */
function onlyProblem(source: string): { marked: string; reason: string; nextStep: string } {
  const problems = problemsOf(source);
  expect(problems.map(({ reason }) => reason)).toHaveLength(1);
  const { line, column, length, reason, nextStep } = problems[0]!;
  return { marked: source.split("\n")[line - 1]!.substr(column - 1, length), reason, nextStep };
}

describe("a mistake", () => {
  it.each([
    [
      "movv rax, 1",
      "movv",
      'there is no instruction "movv" in this machine',
      "did you mean mov or movd or movq?",
    ],
    ["mov raxx, 1", "raxx", "the symbol raxx is not defined", "did you mean rax or ax or eax?"],
    ["call [eaz]", "eaz", "the symbol eaz is not defined", "did you mean eax?"],
    ["loop1: jmp loopp", "loopp", "the symbol loopp is not defined", "did you mean loop1?"],
    [".bite 5", ".bite", "there is no directive .bite", "did you mean .byte or .1byte or .2byte?"],
    ["add al, 300", "300", "300 does not fit in 8 bits", "use a smaller number, or a wider operand"],
    [
      "add rax, 0x1122334455",
      "0x1122334455",
      "73588229205 does not fit in 32 bits",
      "move it into a register first: movabs takes 64 bits",
    ],
    ["mov eax, bx", "bx", "operands of 32 and of 16 bits", "use the same size, or movzx or movsx to widen"],
    [
      "mov [rax], 1",
      "[rax]",
      "mov could mean memory of 8, 16, 32, 64 bits",
      "write byte ptr, word ptr, dword ptr or qword ptr before it",
    ],
    ["mov dword [rax], 5", "dword", '"dword" is not followed by ptr', "write dword ptr"],
    ["mov rax, [rbx*3]", "rbx", "a scale of 3", "the scale is 1, 2, 4 or 8"],
    [
      "mov [rax], [rbx]",
      "[rax]",
      "mov does not take these operands: memory, memory",
      /^it takes: a register or memory/,
    ],
    ["lock add eax, ebx", "add", "lock cannot stand before add here", "give it memory as its destination"],
    ["rep mov eax, 1", "mov", "rep cannot stand before mov", "rep is for string instructions"],
    ["mov ah, r8b", "ah", /cannot stand beside registers that need a REX prefix/, "use al, bl, cl or dl"],
    ["mov $5, %rax", "$", "this is AT&T syntax", /Intel syntax/],
    ["message db 5", "message", 'there is no instruction "message" in this machine', /./],
    ["db 5", "db", "db belongs to another assembler", "write .byte"],
    ["mov eax, 5 5", "5", '"5" is one thing too many', "begin a new line, or write a comma"],
    ["mov eax, (1", "", '")" expected, the end of the line found', "write ) here"],
    ['.ascii "abc', '"abc', "the string has no end", 'close it with "'],
    ["mov ecx, 1/0", "/", "division by zero", "use another divisor"],
    [".zero 99999999999", "9", /99999999999 bytes are more than the 16777216/, "make it smaller"],
    [".fill 100000000, 8", "1", /800000000 bytes are more than/, "make it smaller"],
    ["a: .zero b - a + 1\nb:", "a", "the sizes in this source depend on themselves", /fixed number/],
    ["a: nop\na: nop", "a", "a is already defined in line 1", "choose another name"],
    ["rax: nop", "rax", "rax is a register and cannot be a label", "choose another name"],
    ["jmp 1f\n1b: nop", "1f", "there is no label 1: in this direction", /f \(forward\) and b \(back\)/],
    ["x: .zero 300\nloop x", "x", /302 bytes away, too far for 8 bits/, /move it nearer/],
    ["mov eax, len\nlen = 5", "len", /defined only in line 2/, "define it above, or write offset len"],
    [".bss\n.long 5", ".", "the section .bss has no bytes of its own: all are zero", /\.skip/],
    [".code32; inc rax", "rax", "inc does not take these operands: a register of 64 bits", /^it takes: /],
    [".code16; mov ax, [cx]", "[cx]", "no 16-bit address is made of these registers", /^use bx or bp/],
    [".code32; pushfq", "pushfq", "pushfq exists in 64-bit code alone", "write .code64 above it"],
    ["daa", "daa", "daa does not exist in 64-bit code", "write .code32 above it"],
    [".byte 256", "256", "0x100 does not fit in 8 bits", "use a wider field, or movabs"],
  ])("in %j is marked at %j, with a reason and a next step", (source, marked, reason, nextStep) => {
    const problem = onlyProblem(source as string);
    expect(problem.marked).toBe(marked);
    if (typeof reason === "string") expect(problem.reason).toBe(reason);
    else expect(problem.reason).toMatch(reason as RegExp);
    if (typeof nextStep === "string") expect(problem.nextStep).toBe(nextStep);
    else expect(problem.nextStep).toMatch(nextStep as RegExp);
  });

  it("does not hide the others, nor those that are found when addresses are known", () => {
    const source = "movv eax, 1\njmp nowhere\nmov al, 999\n.quad missing\nnop";
    expect(problemsOf(source).map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  });

  it("is that constants define each other", () => {
    const problems = problemsOf(".equ a, b\n.equ b, a\n.long a");
    expect(problems[0]).toMatchObject({ column: 6, length: 1, nextStep: "give it a number" });
    expect(problems[0]!.reason).toContain("defined by itself");
  });

  it("in a definition is reported there, not where the symbol is used", () => {
    const problems = problemsOf("nop\n.equ a, missing + 1\n.long a, a\nmov eax, offset a");
    expect(problems.map(({ line, column, length }) => [line, column, length])).toEqual([[2, 9, 7]]);
  });

  it("is one of a hundred at most", () => {
    expect(problemsOf("movv eax\n".repeat(5000))).toHaveLength(100);
    const undefinedOnes = Array.from({ length: 5000 }, (_, n) => `.quad missing${n}`).join("\n");
    expect(problemsOf(undefinedOnes)).toHaveLength(100);
  });
});

describe("bad input", () => {
  const large = (text: string) => text.repeat(Math.floor((1 << 20) / text.length) - 1);

  it.each([
    ["ten megabytes of text", "mov eax, 1\n".repeat(1_000_000)],
    ["a million opening parentheses", large("(")],
    ["a million opening brackets", `mov eax, ${large("[")}`],
    ["a million signs", `.quad ${large("-")}1`],
    ["a sum without end", `.quad 1${large("+1")}`],
    ["a million quotes", large('"')],
    ["a comment without end", large("/*")],
    ["a long name", `${large("a")} eax`],
    ["a long number", `.quad ${large("9")}`],
    [
      "labels that are all misspelt",
      Array.from({ length: 30_000 }, (_, n) => `lab${n}: jmp labx${n}`).join("\n"),
    ],
    [
      "constants that double",
      `.set a0, b\n${Array.from({ length: 90 }, (_, n) => `.set a${n + 1}, a${n} + a${n}`).join("\n")}\n.long a90\nb:`,
    ],
    ["thousands of sections", Array.from({ length: 30_000 }, (_, n) => `.section .s${n}`).join("\n")],
    ["zeros that add up", ".zero 1000000\n".repeat(10_000)],
    ["alignments that add up", ".p2align 12\nnop\n".repeat(50_000)],
    ["a NUL", "\0mov eax, 1"],
    ["half a surrogate pair", '.ascii "\ud800" \ud800'],
  ])("such as %s gives a mistake", (_, source) => {
    const problems = problemsOf(source);
    expect(problems.length).toBeGreaterThan(0);
    for (const { reason, nextStep } of problems) expect(reason.length + nextStep.length).toBeLessThan(400);
  });

  it("such as 3000 damaged programs never throws, and mistakes lie within the source", () => {
    const random = randomNumbers(99);
    const alphabet = " \n\t,;:[]()+-*/%'\"#\\.0123456789abcxrz$@&|~!<>=_\0é";
    for (let n = 0; n < 3000; n++) {
      const source = damaged(randomProgram(n + 1, 20), random, alphabet);
      const lines = source.split("\n");
      for (const { line, column, length } of problemsOf(source)) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
        expect(length).toBeGreaterThanOrEqual(1);
      }
    }
  });
});

/** A few characters replaced, inserted or removed. */
function damaged(source: string, random: (below: number) => number, alphabet: string): string {
  let text = source;
  for (let n = 0; n <= random(8); n++) {
    const at = random(text.length);
    const char = alphabet[random(alphabet.length)]!;
    text = text.slice(0, at) + (random(3) === 0 ? "" : char) + text.slice(at + random(3));
  }
  return text;
}
