/** Whoever can write a value is found as its writer: instructions of every family, the processor, and the kernel in each of its ways. */
import { describe, expect, it } from "vitest";
import { assemble } from "../../src/toolchain/assembler/assemble.js";
import { parseReference } from "../../src/trace/reference-text.js";
import { Session } from "../../src/trace/session.js";
import type { Cause } from "../../src/trace/why/cause.js";
import { why } from "../../src/trace/why/why.js";
import { assembled, kernelWorld } from "./kernel-program.js";

/** Runs `code` up to its label `here` and asks there for each reference, in which a name in braces stands for its address. */
function askHere(code: string, input = ""): (text: string) => Cause {
  const source = `${code}\nhere:\n    mov r15, 7\n    jmp here\n.data\n.balign 64\nkept: .skip 1024\nmore: .quad 1, 2\n`;
  const assembly = assemble(source);
  if (!assembly.ok) throw new Error(JSON.stringify(assembly.errors));
  const { symbols, listing } = assembly;
  const world = kernelWorld(assembled(source), { input });
  const session = Session.open(world, { lines: listing.filter(({ isCode }) => isCode) });
  session.stopPoints.add({ kind: "address", address: symbols.get("here")! });
  const { reason } = session.run(session.time + 2_000_000);
  if (reason !== "stop-point") throw new Error(`the program ended with ${reason} before it was here`);
  return (text) => {
    const reference = parseReference(
      text.replace(/\{(\w+)\}/, (_, name: string) => `0x${symbols.get(name)!.toString(16)}`),
    );
    if (!reference) throw new Error(`${text} is no reference`);
    return why(session, reference);
  };
}

const START = ".globl _start\n_start:\n";

/** A page of anonymous memory, its address in RBX. */
const MAP_PAGE = ` xor edi, edi
 mov esi, 4096
 mov edx, 3
 mov r10d, 0x22
 mov r8, -1
 xor r9d, r9d
 mov eax, 9
 syscall
 mov rbx, rax
`;

/** What comes before the instruction that writes, and that instruction. */
type Writing = readonly [instruction: string, before?: string];

const STORES: readonly Writing[] = [
  ["mov qword ptr [rbx], 5"],
  ["add dword ptr [rbx], 5"],
  ["inc byte ptr [rbx]"],
  ["not qword ptr [rbx]"],
  ["sete byte ptr [rbx]", "cmp eax, eax"],
  ["xchg qword ptr [rbx], rax", "mov eax, 5"],
  ["xadd qword ptr [rbx], rax", "mov eax, 5"],
  ["lock xadd qword ptr [rbx], rax", "mov eax, 5"],
  ["lock cmpxchg qword ptr [rbx], rcx", "xor eax, eax\n mov ecx, 9"],
  ["bts dword ptr [rbx], 3"],
  ["shld dword ptr [rbx], eax, 4", "mov eax, -1"],
  ["movbe dword ptr [rbx], eax", "mov eax, 5"],
  ["pop qword ptr [rbx]", "push 5"],
  ["stosq", "mov rdi, rbx\n mov eax, 5"],
  ["rep stosb", "mov rdi, rbx\n mov al, 5\n mov ecx, 9"],
  ["movsq", "mov rdi, rbx\n lea rsi, [rip+more]"],
  ["rep movsb", "mov rdi, rbx\n lea rsi, [rip+more]\n mov ecx, 8"],
  ["movq qword ptr [rbx], xmm0", "mov eax, 5\n movd xmm0, eax"],
  ["movaps xmmword ptr [rbx], xmm0", "mov eax, 5\n movd xmm0, eax"],
  ["movntdq xmmword ptr [rbx], xmm0", "mov eax, 5\n movd xmm0, eax"],
  ["stmxcsr dword ptr [rbx]"],
  ["fnstcw word ptr [rbx]"],
  ["fstp qword ptr [rbx]", "fld1"],
  ["fistp dword ptr [rbx]", "fld1"],
  ["fxsave [rbx]"],
];

const REGISTERS: readonly (readonly [register: string, instruction: string, before?: string])[] = [
  ["rax", "mov eax, 5"],
  ["rax", "mov al, 5"],
  ["rax", "mov ah, 5"],
  ["rax", "lodsb", "lea rsi, [rip+more]"],
  ["rsi", "lodsb", "lea rsi, [rip+more]"],
  ["rcx", "rep movsb", "lea rdi, [rip+kept]\n lea rsi, [rip+more]\n mov ecx, 8"],
  ["rdi", "rep stosb", "lea rdi, [rip+kept]\n mov ecx, 8"],
  ["rcx", "xchg rcx, rax", "mov eax, 5"],
  ["rdx", "mul ecx", "mov eax, -1\n mov ecx, eax"],
  ["rdx", "div ecx", "mov eax, 9\n mov ecx, 2\n xor edx, edx"],
  ["rdx", "cdq", "mov eax, -1"],
  ["rbx", "cpuid", "mov ebx, -1\n xor eax, eax"],
  ["rdx", "rdtsc", "mov edx, -1"],
  ["rcx", "cmove rcx, rbx", "mov ebx, 5\n cmp eax, eax"],
  ["rbp", "pop rbp", "push 5"],
  ["rsp", "push 5"],
  ["rcx", "bsf ecx, eax", "mov eax, 8"],
  ["rax", "lahf", "cmp eax, eax"],
  ["rax", "movd eax, xmm0", "mov ecx, 5\n movd xmm0, ecx"],
  ["rax", "cvttsd2si rax, xmm0", "mov ecx, 5\n cvtsi2sd xmm0, ecx"],
  ["rax", "pmovmskb eax, xmm0", "pcmpeqd xmm0, xmm0"],
  ["rcx", "loop here", "mov ecx, 9"],
  ["xmm3", "paddd xmm3, xmm0"],
  ["xmm3", "cvtsi2sd xmm3, eax", "mov eax, 5"],
  ["xmm3", "movq xmm3, qword ptr [rsi]", "lea rsi, [rip+more]"],
];

const FLAGS: readonly (readonly [flag: string, instruction: string, before?: string])[] = [
  ["ZF", "cmp eax, eax"],
  ["CF", "stc"],
  ["CF", "bt eax, 0", "mov eax, 1"],
  ["CF", "neg eax", "mov eax, 1"],
  ["DF", "std"],
  ["OF", "add eax, 1", "mov eax, 0x7fffffff"],
  ["PF", "popf", "push 0x204"],
  ["SF", "sahf", "mov ah, 0x80"],
  ["ZF", "shl eax, 4", "mov eax, 0x80000000\n cmp eax, 1"],
  ["ZF", "ucomisd xmm0, xmm0", "xorps xmm0, xmm0"],
];

/** The text of the instruction that is told to have written; whoever else did. */
const writerOf = (cause: Cause): string =>
  cause.kind !== "written"
    ? cause.kind
    : cause.writer.kind === "instruction"
      ? cause.writer.instruction.text
      : cause.writer.kind;

/** What was written to a register. */
function numberIn(cause: Cause): bigint {
  if (cause.kind !== "written" || typeof cause.now !== "bigint")
    throw new Error(`no register: ${cause.says}`);
  return cause.now;
}

/** Numbers in decimal, as they are written here. */
const sameText = (one: string): string =>
  one.replaceAll(/\b0x([0-9a-f]+)\b/g, (_, digits: string) => String(Number.parseInt(digits, 16)));

describe("an instruction that writes", () => {
  it.each(STORES)("to memory is found: %s", (instruction = "", before = "") => {
    const ask = askHere(`${START} lea rbx, [rip+kept]\n ${before}\n ${instruction}`);
    expect(sameText(writerOf(ask("memory:{kept}+1")))).toBe(sameText(instruction));
  });

  it.each(REGISTERS)("%s is found: %s", (register = "", instruction = "", before = "") => {
    const ask = askHere(`${START} ${before}\n ${instruction}`);
    const told = sameText(writerOf(ask(`register:${register}`)));
    // Where a branch leads is told as an address.
    if (instruction.startsWith("loop")) expect(told).toMatch(/^loop /);
    else expect(told).toBe(sameText(instruction));
  });

  it.each(FLAGS)("%s is found: %s", (flag = "", instruction = "", before = "") => {
    const ask = askHere(`${START} ${before}\n ${instruction}`);
    expect(sameText(writerOf(ask(`flag:${flag}`)))).toBe(sameText(instruction));
  });

  it("a way back to memory is found: call", () => {
    const ask = askHere(`${START} call there\nthere: mov rbx, rsp`);
    const stack = numberIn(ask("register:rbx"));
    expect(writerOf(ask(`memory:0x${stack.toString(16)}+8`))).toMatch(/^call /);
  });
});

describe("the kernel is found as the writer", () => {
  const call = (number: number, ...values: string[]) =>
    ["rdi", "rsi", "rdx", "r10"]
      .slice(0, values.length)
      .map((register, n) => ` ${values[n]!.startsWith("[") ? "lea" : "mov"} ${register}, ${values[n]}`)
      .concat(` mov eax, ${number}`, " syscall")
      .join("\n");

  it.each([
    ["read", call(0, "0", "[rip+kept]", "8"), /^read\(0, /],
    ["pipe", call(22, "[rip+kept]"), /^pipe\(/],
    ["uname", call(63, "[rip+kept]"), /^uname\(/],
    ["clock_gettime", call(228, "0", "[rip+kept]"), /^clock_gettime\(/],
    ["getcwd", call(79, "[rip+kept]", "64"), /^getcwd\(/],
    ["getrandom", call(318, "[rip+kept]", "8", "0"), /^getrandom\(/],
  ])("of what %s gives", (_, code, says) => {
    const cause = askHere(START + code, "typed\n")("memory:{kept}+4");
    expect(cause).toMatchObject({ kind: "written", writer: { kind: "kernel" } });
    expect(cause.kind === "written" && cause.event?.says).toMatch(says);
  });

  it("of the frame that a signal leaves on the stack, with the signal", () => {
    const code = `${START} push 0
 sub rsp, 152
 lea rax, [rip+handler]
 mov [rsp], rax
 mov qword ptr [rsp+8], 0x04000000
 lea rax, [rip+restorer]
 mov [rsp+16], rax
 mov qword ptr [rsp+24], 0
 mov edi, 10
 mov rsi, rsp
 xor edx, edx
 mov r10d, 8
 mov eax, 13
 syscall
 mov eax, 39
 syscall
 mov edi, eax
 mov esi, 10
 mov eax, 62
 syscall
restorer: mov eax, 15
 syscall
handler: mov rbx, rsp`;
    const ask = askHere(code);
    const stack = numberIn(ask("register:rbx"));
    const frame = ask(`memory:0x${stack.toString(16)}+8`);
    expect(frame).toMatchObject({ kind: "written", writer: { kind: "kernel" } });
    expect(ask("register:rdi")).toMatchObject({ kind: "written", writer: { kind: "kernel" }, now: 10n });
  });

  it("of a page that came with its first use, with the fault", () => {
    const code = `${START}${MAP_PAGE} mov cl, [rbx+8]
 mov byte ptr [rbx], 5`;
    const ask = askHere(code);
    const page = numberIn(ask("register:rbx"));
    const at = (offset: bigint) => ask(`memory:0x${(page + offset).toString(16)}+1`);
    expect(writerOf(at(0n))).toBe("mov byte ptr [rbx], 0x5");
    expect(at(8n)).toMatchObject({
      kind: "written",
      writer: { kind: "kernel" },
      event: { kind: "page-fault" },
    });
  });

  it("of a child's copy of a page, with the fault that made it", () => {
    const code = `${START} mov byte ptr [rip+kept+8], 3
 mov eax, 57
 syscall
 test eax, eax
 jz child
wait: mov eax, 24
 syscall
 jmp wait
child: mov byte ptr [rip+kept], 5`;
    const ask = askHere(code);
    expect(writerOf(ask("memory:{kept}+1"))).toMatch(/^mov byte ptr .*, 0x5$/);
    const other = ask("memory:{more}+8");
    expect(other).toMatchObject({
      kind: "written",
      writer: { kind: "kernel" },
      event: { kind: "page-fault" },
    });
  });

  it("of a descriptor that an open gave and a close took", () => {
    const open = `${START} lea rdi, [rip+name]\n xor esi, esi\n mov eax, 2\n syscall\n jmp on\nname: .asciz "/tmp"\non:`;
    expect(askHere(open)("descriptor:2/3")).toMatchObject({
      writer: { kind: "kernel" },
      event: { says: expect.stringMatching(/^open\("\/tmp"/) },
      old: "closed",
    });
    const closed = `${open}\n mov edi, 3\n mov eax, 3\n syscall`;
    expect(askHere(closed)("descriptor:2/3")).toMatchObject({
      event: { says: "close(3) = 0" },
      now: "closed",
    });
  });
});

describe("the processor is found as the writer", () => {
  it("of the bits that note the use of a page, after MADV_FREE took them", () => {
    const code = `${START}${MAP_PAGE} mov byte ptr [rbx], 4
 mov rdi, rbx
 mov edx, 8
 mov eax, 28
 syscall
 mov byte ptr [rbx], 5`;
    const ask = askHere(code);
    const page = numberIn(ask("register:rbx"));
    const path = [39n, 30n, 21n, 12n].map((shift) => (page >> shift) & 511n).join("/");
    expect(ask(`entry:PT/${path}`)).toMatchObject({ kind: "written", writer: { kind: "page-walk" } });
  });
});
