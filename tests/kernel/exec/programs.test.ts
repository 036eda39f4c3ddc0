/**
 * C programs that run others, or themselves, in every way and print what came: the same on the real kernel, in an empty
 * folder of its own, and on ours.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";
import { hasCompiler, withFolder } from "../abi/native.js";

const sources = join(import.meta.dirname, "programs");
const canCompare = hasCompiler && process.getuid?.() === 0;

/** Of what a kernel is made that shall be compared, and how the program begins on the real one. */
interface Case {
  readonly options?: readonly string[];
  /** Command words before the program's name: the real kernel must not remember what it did. */
  readonly inside?: readonly string[];
  /** Files of the host that the guest needs, too. */
  readonly libraries?: readonly string[];
}

/** What a dynamic C program needs. */
const C_LIBRARY = ["/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6", "/etc/ld.so.cache"];

/** What the program prints here and there. */
function compare(name: string, { options = ["-static"], inside = [], libraries = [] }: Case = {}) {
  return withFolder((folder) => {
    const program = join(folder, "program");
    execFileSync("gcc", ["-O1", "-w", ...options, "-o", program, join(sources, name)]);
    const place = mkdtempSync(join(tmpdir(), "youcpu-exec-"));
    try {
      const [command = program, ...words] = [...inside, program];
      const real = spawnSync(command, words, { cwd: place, encoding: "latin1", timeout: 60_000 });
      const ours = runGuest({
        files: Object.fromEntries([
          ["/bin/program", readFileSync(program)],
          ...libraries.map((path) => [path, readFileSync(path)]),
        ]),
        path: "/bin/program",
        argv: ["program"],
        maxSteps: 4_000_000_000,
      });
      const lines = (text: string, status: unknown) => [...text.split("\n"), `status ${status}`];
      return {
        real: lines(real.stdout, real.status),
        ours: lines(ours.stdout, ours.status),
        calls: ours.kernel.statistics.systemCalls,
      };
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
}

describe.skipIf(!canCompare)(
  "a program that runs others prints what it does on a real kernel",
  { timeout: 120_000 },
  () => {
    it.each(["scripts.c", "errors.c", "rights.c", "self.c"])("%s", (name) => {
      const { real, ours } = compare(name);
      expect(ours).toEqual(real);
    });

    // A user namespace has a registry of its own, so the machine that runs the test stays as it is.
    it("misc.c", () => {
      const { real, ours } = compare("misc.c", {
        inside: ["unshare", "--user", "--map-root-user", "--mount"],
      });
      expect(ours).toEqual(real);
    });

    it.each([
      ["at a fixed address", ["-static"]],
      ["for any address, without interpreter", ["-static-pie"]],
      ["with an executable stack", ["-static", "-Wl,-z,execstack"]],
      ["aligned to 64 KiB, without interpreter", ["-static-pie", "-Wl,-z,max-page-size=65536"]],
      ["with an interpreter", []],
      ["aligned to 2 MiB, with an interpreter", ["-Wl,-z,max-page-size=2097152"]],
    ])("layout.c of a program %s", (_, options) => {
      const { real, ours } = compare("layout.c", { options, libraries: C_LIBRARY });
      expect(ours).toEqual(real);
    });

    it.each([
      ["static", ["-static"]],
      ["dynamic", []],
    ])("vdso.c, %s", (_, options) => {
      const { real, ours, calls } = compare("vdso.c", { options, libraries: C_LIBRARY });
      expect(ours).toEqual(real);
      // The loop of 10 000 asks without entering the kernel.
      expect(calls.get("clock_gettime")).toBeLessThan(100);
    });

    it.each([
      ["static", ["-static"]],
      ["static for any address", ["-static-pie"]],
      ["dynamic", []],
    ])("random.c, %s", (_, options) => {
      const { real, ours } = compare("random.c", { options, libraries: C_LIBRARY });
      expect(ours).toEqual(real);
    });
  },
);
