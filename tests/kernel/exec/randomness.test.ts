/** Seeds and switches of the chance that places programs; how far it reaches is compared in `programs.test.ts`. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";

describe.skipIf(!hasCompiler)("addresses that chance chooses", () => {
  const source = `
    #include <stdio.h>
    #include <fcntl.h>
    #include <unistd.h>
    int main(int argc, char **argv) {
      int fd = open("/proc/sys/kernel/randomize_va_space", O_RDWR);
      char c[8] = "";
      if (argc > 1) printf("%d ", (int)write(fd, argv[1], 1));
      lseek(fd, 0, 0);
      read(fd, c, 7);
      printf("%p %p %.1s\\n", argv, sbrk(0), c);
      if (argc > 1) { fflush(stdout); execl("/proc/self/exe", "again", (char *)0); }
    }`;
  const program = withFolder((folder) => readFileSync(compileIn(folder, source, ["-static"])));
  const run = (kernel: object, ...words: readonly string[]) =>
    runGuest({ files: { "/bin/p": program }, path: "/bin/p", argv: ["p", ...words], kernel }).stdout;

  it("are the same again with the same seed, and others with another", () => {
    expect(run({ seed: 5 })).toBe(run({ seed: 5 }));
    expect(run({ seed: 5 })).not.toBe(run({ seed: 6 }));
  });

  it("are fixed when the boot option or the file in /proc says so", () => {
    const fixed = run({ randomizeVaSpace: 0, seed: 5 });
    expect(fixed).toBe(run({ randomizeVaSpace: 0, seed: 6 }));
    expect(fixed).toMatch(/ 0\n$/);
    const [, second] = run({ seed: 5 }, "0").split("\n");
    expect(second).toMatch(/^0x7ffffff/);
  });

  it("leave the heap behind the program at level 1", () => {
    const heap = (seed: number) => run({ randomizeVaSpace: 1, seed }).split(" ")[1];
    expect(heap(5)).toBe(heap(6));
  });
});
