/** Programs without sense, but with everything that moves addresses: branches, alignments, data, constants. */

/** xorshift32: the same programs in every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 4) % below;
  };
}

/** A program of `count` lines with as many labels as it needs. */
export function randomProgram(seed: number, count: number): string {
  const random = randomNumbers(seed);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const lines: string[] = [];
  const labels = 5 + random(count / 4);
  const positions = new Map<number, string[]>();
  for (let n = 0; n < labels; n++) {
    const at = random(count);
    positions.set(at, [...(positions.get(at) ?? []), `l${n}`]);
  }
  const label = () => `l${random(labels)}`;
  const makers: (() => string)[] = [
    () => `${pick(["jmp", "je", "jne", "jb", "jg", "js"])} ${label()}`,
    () => `${pick(["jmp", "jnz", "jae"])} ${label()} + ${random(9)}`,
    () => `call ${label()}`,
    () => `lea ${pick(["rax", "r9"])}, ${label()}[rip]`,
    () => `lea rsi, [rip + ${label()} + ${random(100)}]`,
    () => `mov ${pick(["eax", "rcx", "r8d"])}, offset ${label()}`,
    () => `movabs rbx, offset ${label()} + 1`,
    () => `mov eax, dword ptr ${label()}[rcx*4]`,
    () => `cmp dword ptr [rip + ${label()}], ${pick(["5", "1000"])}`,
    () => `mov rdx, ${label()}`,
    () => `add eax, ${pick(["1", "127", "128", "-129", "0x12345"])}`,
    () => `.zero ${random(60)}`,
    () => `.quad ${label()}, ${label()} + ${random(1000)}`,
    () => `.p2align ${random(5)}`,
    () => `.balign ${pick([1, 2, 8, 32])}, 0xcc`,
    () => `.p2align 4,,${random(12)}`,
    () => `.ascii "${"x".repeat(random(9))}\\n"`,
    () => `1: ${pick(["loop", "jmp", "jrcxz"])} 1b`,
    () => `jmp 2f; 2:`,
    () => `.fill ${random(5)}, ${1 + random(8)}, 0x${random(0xffff).toString(16)}`,
    () => `.skip ${random(20)}, ${random(255)}`,
    () => pick(["nop", "ret", "push rbx", "syscall", "mov eax, [rbx+rcx*8+0x1234]", "xor eax, eax"]),
  ];
  // A difference of labels must not go from one section to another.
  const inText = [
    () => `.long ${label()} - ${label()}, . - ${label()}`,
    () => `c${lines.length} = . - ${label()}; mov ecx, offset c${lines.length}`,
    () => `d${lines.length}: nop; add rsp, . - d${lines.length}`,
  ];
  for (let n = 0; n < count; n++) {
    for (const name of positions.get(n) ?? []) lines.push(`${name}:`);
    if (random(20) === 0) lines.push(`.data; v${n}: .quad ${label()}, v${n} + 8; .byte 1, 2; .text`);
    lines.push(random(8) === 0 ? pick(inText)() : pick(makers)());
  }
  return `${lines.join("\n")}\n.text\nret\n.data\n.byte 1\n`;
}
