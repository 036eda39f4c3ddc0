/**
 * Programs for measuring: each is a whole Linux program in assembly that our assembler and GNU as both read, so the same
 * instructions run here, natively and under other emulators.
 */

export interface BenchProgram {
  readonly name: string;
  /** What it exercises. */
  readonly says: string;
  readonly source: string;
}

const program = (name: string, says: string, body: string, data = ""): BenchProgram => ({
  name,
  says,
  source: `.intel_syntax noprefix\n.text\n.globl _start\n_start:\n${body}\n    mov eax, 60\n    xor edi, edi\n    syscall\n${data}`,
});

/** Rounds are chosen so that each takes a few seconds here. */
export const PROGRAMS: readonly BenchProgram[] = [
  program(
    "loop",
    "additions and a branch, in registers",
    "    mov ecx, 8000000\n1:  add rax, rcx\n    xor rax, rbx\n    dec rcx\n    jnz 1b",
  ),
  program(
    "sieve",
    "integers and memory",
    `    mov r8d, 12
0:  lea rdi, [rip+flags]
    mov ecx, 65536/8
    mov rax, 0x0101010101010101
    rep stosq
    lea rdi, [rip+flags]
    mov esi, 2
1:  cmp byte ptr [rdi+rsi], 0
    je 3f
    lea rdx, [rsi+rsi]
2:  cmp rdx, 65536
    jae 3f
    mov byte ptr [rdi+rdx], 0
    add rdx, rsi
    jmp 2b
3:  inc rsi
    cmp rsi, 65536
    jb 1b
    dec r8d
    jnz 0b`,
    ".bss\nflags: .zero 65536\n",
  ),
  program(
    "fib",
    "calls, the stack and conditional branches",
    `    mov edi, 27
    call fib
    jmp done
fib: cmp edi, 2
    jb 1f
    push rbx
    push rdi
    dec edi
    call fib
    mov rbx, rax
    pop rdi
    sub edi, 2
    call fib
    add rax, rbx
    pop rbx
    ret
1:  mov eax, edi
    ret
done:`,
  ),
  program(
    "rotate",
    "shifts and rotates, as hashes do",
    `    mov ecx, 1500000
1:  mov eax, ecx
    rol eax, 7
    mov edx, ecx
    shr edx, 3
    xor eax, edx
    ror edx, 11
    add ebx, eax
    xor ebx, edx
    dec ecx
    jnz 1b`,
  ),
  program(
    "doubles",
    "SSE2 arithmetic",
    `    mov eax, 1
    cvtsi2sd xmm0, eax
    movapd xmm1, xmm0
    movapd xmm2, xmm0
    mov ecx, 1000000
1:  addsd xmm1, xmm0
    mulsd xmm2, xmm1
    divsd xmm2, xmm1
    subsd xmm2, xmm0
    dec ecx
    jnz 1b`,
  ),
  program(
    "copy",
    "string instructions",
    `    mov r8d, 40
1:  lea rsi, [rip+area]
    lea rdi, [rip+area+65536]
    mov ecx, 65536
    rep movsb
    dec r8d
    jnz 1b`,
    ".bss\narea: .zero 131072\n",
  ),
  program(
    "calls",
    "system calls",
    "    mov ebx, 60000\n1:  mov eax, 39\n    syscall\n    dec ebx\n    jnz 1b",
  ),
  program(
    "faults",
    "fork, copy-on-write and page faults",
    `    mov ebx, 40
1:  mov eax, 57
    syscall
    test eax, eax
    jnz 3f
    lea rdi, [rip+area]
    mov ecx, 64
2:  inc byte ptr [rdi]
    add rdi, 4096
    dec ecx
    jnz 2b
    mov eax, 60
    xor edi, edi
    syscall
3:  mov edi, -1
    xor esi, esi
    xor edx, edx
    xor r10d, r10d
    mov eax, 61
    syscall
    dec ebx
    jnz 1b`,
    ".data\narea: .zero 262144\n",
  ),
];
