/**
 * Asks the real compiler and the real kernel: compiles a C program with gcc and runs it. Tests that need it are skipped
 * where gcc is not installed.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether gcc for x86-64 Linux is here. */
export const hasCompiler =
  process.platform === "linux" && process.arch === "x64" && spawnSync("gcc", ["--version"]).status === 0;

/** Whether the real kernel can be asked as root, in a file system in memory, as ours has. */
export const canAskInMemory = hasCompiler && existsSync("/dev/shm") && process.getuid?.() === 0;

/** Runs `use` with a fresh folder that is removed afterwards. */
export function withFolder<T>(use: (folder: string) => T, parent = tmpdir()): T {
  const folder = mkdtempSync(join(parent, "youcpu-test-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles `source` in `folder` and returns the program's path. */
export function compileIn(folder: string, source: string, options: readonly string[] = []): string {
  const file = join(folder, "program.c");
  const program = join(folder, "program");
  writeFileSync(file, source);
  execFileSync("gcc", ["-O1", "-w", ...options, "-o", program, file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return program;
}

/** Compiles and runs a C program and returns its standard output. */
export function outputOf(source: string, input = ""): string {
  return withFolder((folder) => execFileSync(compileIn(folder, source), { input, encoding: "latin1" }));
}

/** The numbers in the array `values` that `source` initialises, when compiled for i386 (nothing is linked or run). */
export function valuesOn32Bit(source: string): number[] {
  return withFolder((folder) => {
    const file = join(folder, "program.c");
    writeFileSync(file, source);
    const assembly = execFileSync(
      "gcc",
      ["-m32", "-w", "-idirafter", "/usr/include/x86_64-linux-gnu", "-S", "-o", "-", file],
      { encoding: "latin1" },
    );
    return [...assembly.matchAll(/^\s+\.long\s+(-?\d+)$/gm)].map((match) => Number(match[1]));
  });
}

let takesInt80: boolean | undefined;

/** Whether the real kernel takes system calls by INT 0x80: one that is built without IA32_EMULATION ends such a program by SIGSEGV. */
export function realTakesInt80(): boolean {
  takesInt80 ??= withFolder((folder) => {
    const program = compileIn(
      folder,
      'int main(void) { int pid; __asm__ volatile("int $0x80" : "=a"(pid) : "a"(20)); return pid <= 0; }',
    );
    return spawnSync(program).status === 0;
  });
  return takesInt80;
}

let sharesZeros: boolean | undefined;

/** Whether on the real kernel memory that is only read is one page of zeros: some are built without that. */
export function realSharesZeros(): boolean {
  sharesZeros ??=
    outputOf(`
      #include <stdio.h>
      #include <sys/mman.h>
      #include <sys/resource.h>
      static long faults(void) { struct rusage usage; getrusage(RUSAGE_SELF, &usage); return usage.ru_minflt; }
      int main(void) {
        volatile char *memory = mmap(0, 256 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), c;
        for (int n = 0; n < 256; n++) c = memory[n * 4096];
        long before = faults();
        for (int n = 0; n < 256; n++) memory[n * 4096] = 1;
        printf("%d", faults() - before > 128);
      }`) === "1";
  return sharesZeros;
}
