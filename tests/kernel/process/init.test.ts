/** Process 1, compared with process 1 of a PID namespace of the real kernel; and how the whole system ends. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { INIT_PATHS, startInit } from "../../../src/kernel/boot/init.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Kernel, type KernelStop } from "../../../src/kernel/kernel.js";
import { spawn } from "../../../src/kernel/spawn.js";
import { Machine } from "../../../src/machine/machine.js";
import { KernelWorld } from "../../../src/trace/worlds/kernel-world.js";
import { addStandard } from "../../programs/run-guest.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";

const canUnshare = hasCompiler && spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;

const compiled = (source: string): Uint8Array =>
  withFolder((folder) => readFileSync(compileIn(folder, source, ["-static"])));

function boot(programs: Readonly<Record<string, Uint8Array>>): Kernel {
  const files = new FileSystem();
  addStandard(files);
  for (const [path, bytes] of Object.entries(programs)) files.putFile(path, bytes, 0o755);
  return Kernel.boot(Machine.create({ ram: 64 << 20 }), { files });
}

const log = (kernel: Kernel): string[] => kernel.log.lines.map(({ text }) => text);

/** Starts init and runs until nothing can go on. */
function runSystem(
  kernel: Kernel,
  options: Parameters<typeof startInit>[1] = {},
): { stop: KernelStop; output: string } {
  const started = startInit(kernel, options);
  if (!("streams" in started)) throw new Error(started.refusal.message);
  const stop = kernel.run(kernel.machine.time + 500_000_000);
  const output = started
    .streams!.output.drain()
    .map(({ bytes }) => Buffer.from(bytes).toString("latin1"))
    .join("");
  return { stop, output };
}

describe.skipIf(!canUnshare)("process 1", () => {
  it("is touched by no signal that it has no handler for, and takes orphans, as in a namespace of the real kernel", () =>
    withFolder((folder) => {
      const source = readFileSync(join(import.meta.dirname, "programs/init.c"), "utf8");
      const program = compileIn(folder, source, ["-static"]);
      const real = spawnSync("unshare", ["--pid", "--fork", "--kill-child", program], {
        encoding: "latin1",
        timeout: 60_000,
      });
      const { output } = runSystem(boot({ "/sbin/init": readFileSync(program) }));
      expect(output.split("\n")).toEqual(real.stdout.split("\n"));
      expect(output).toMatch(/a child: -15\n$/);
    }));
});

describe.skipIf(!hasCompiler)("when process 1 ends", () => {
  it.each([
    ["by exit", "int main(void) { return 3; }", "0x00000300"],
    ["by a fault of its own", "int main(void) { *(volatile int *)8 = 1; }", "0x0000000b"],
    [
      "by abort, whose signal does nothing and whose hlt is forbidden",
      "#include <stdlib.h>\nint main(void) { abort(); }",
      "0x0000000b",
    ],
  ])("%s, the kernel panics", (_, source, code) => {
    const kernel = boot({ "/sbin/init": compiled(source) });
    const { stop } = runSystem(kernel);
    expect(stop).toEqual({ reason: "panic", detail: `Attempted to kill init! exitcode=${code}` });
    expect(log(kernel).at(-1)).toBe(`Kernel panic - not syncing: Attempted to kill init! exitcode=${code}`);
  });

  it("nobody runs any more, and no moment later", () => {
    const source = `#include <unistd.h>
      int main(void) { if (!fork()) for (;;) write(1, "x", 1); usleep(50000); return 0; }`;
    const kernel = boot({ "/sbin/init": compiled(source) });
    expect(runSystem(kernel).stop.reason).toBe("panic");
    const { time } = kernel.machine;
    expect(kernel.run(time + 1_000_000).reason).toBe("panic");
    expect(kernel.machine.time).toBe(time);
  });
});

describe.skipIf(!hasCompiler)("init is looked for", () => {
  const tells = (kernel: Kernel) => log(kernel).filter((line) => /^(Run|Starting init)/.test(line));
  const says =
    "#include <stdio.h>\nint main(int argc, char **argv, char **e) { puts(argv[0]); while (*e) puts(*e++); fflush(stdout); for (;;) pause(); }";

  it.each(INIT_PATHS)("in %s, with Linux's environment", (path) => {
    const { output, stop } = runSystem(boot({ [path]: compiled(says) }));
    expect(output).toBe(`${path}\nHOME=/\nTERM=linux\n`);
    expect(stop.reason).toBe("waiting");
  });

  it("further on when one is there and cannot be run", () => {
    const kernel = boot({ "/sbin/init": Buffer.from("no program"), "/bin/sh": compiled(says) });
    expect(runSystem(kernel).output).toContain("/bin/sh\n");
    expect(tells(kernel)).toEqual([
      "Run /sbin/init as init process",
      "Starting init: /sbin/init exists but couldn't execute it (error -8)",
      ...INIT_PATHS.slice(1).map((path) => `Run ${path} as init process`),
    ]);
  });

  it("in vain when there is none: the kernel panics", () => {
    const kernel = boot({});
    expect(startInit(kernel)).toMatchObject({ refusal: { errno: -2 } });
    expect(kernel.run(1e9)).toMatchObject({
      reason: "panic",
      detail: expect.stringMatching(/^No working init found\./),
    });
  });

  it("nowhere else when it was asked for by name", () => {
    const kernel = boot({ "/bin/sh": compiled(says) });
    startInit(kernel, { init: "/bin/other" });
    expect(kernel.run(1e9)).toEqual({
      reason: "panic",
      detail: "Requested init /bin/other failed (error -2).",
    });
  });
});

describe.skipIf(!hasCompiler)("reboot", () => {
  const program = compiled(`
    #include <errno.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    static void try(unsigned a, unsigned b, unsigned command, void *text) {
      errno = 0;
      long result = syscall(SYS_reboot, a, b, command, text);
      printf("%x %d %x: %ld %s\\n", a, b, command, result, result ? strerrorname_np(errno) : "");
      fflush(stdout);
    }
    int main(int argc, char **argv) {
      try(1, 672274793, 0, 0), try(0xfee1dead, 1, 0, 0), try(0xfee1dead, 85072278, 0x12, 0);
      try(0xfee1dead, 369367448, 0x89abcdef, 0), try(0xfee1dead, 537993216, 0, 0);
      try(0xfee1dead, 672274793, 0xa1b2c3d4, (void *)8);
      setuid(argc > 2 ? 1 : 0);
      try(0xfee1dead, 672274793, strtoul(argv[1], 0, 16), "maintenance");
    }`);

  const rebooted = (...words: readonly string[]) => {
    const kernel = boot({ "/sbin/init": program });
    return { ...runSystem(kernel, { arguments: words }), last: log(kernel).at(-1) };
  };

  it.each([
    ["4321fedc", "powered-off", "reboot: Power down"],
    ["cdef0123", "halted", "reboot: System halted"],
    ["01234567", "restarted", "reboot: Restarting system"],
    ["a1b2c3d4", "restarted", "reboot: Restarting system"],
  ] as const)("with %s ends with the machine %s", (command, how, last) => {
    const run = rebooted(command);
    expect(run.stop).toEqual({ reason: "off", how });
    expect(run.last).toBe(last);
    expect(run.output.split("\n")).toEqual([
      ..."1 672274793 0: -1 EINVAL|fee1dead 1 0: -1 EINVAL|fee1dead 85072278 12: -1 EINVAL".split("|"),
      ..."fee1dead 369367448 89abcdef: 0 |fee1dead 537993216 0: 0 |fee1dead 672274793 a1b2c3d4: -1 EFAULT|".split(
        "|",
      ),
    ]);
  });

  it("is for the superuser only", () => {
    expect(rebooted("4321fedc", "user").output).toMatch(/4321fedc: -1 EPERM\n$/);
  });

  it("of any process ends the world, which can be gone back in", () => {
    const kernel = boot({ "/bin/off": program });
    const world = new KernelWorld(kernel);
    expect(spawn(kernel, { path: "/bin/off", argv: ["off", "4321fedc"], environment: [] }).ok).toBe(true);
    const before = world.snapshot();
    for (let n = 0; n < 2; n++) {
      world.run(world.time + 10_000_000);
      expect(world.ending).toEqual({
        kind: "finished",
        says: "the machine was switched off by a program (reboot)",
      });
      world.restore(before);
      expect(world.ending).toBeUndefined();
    }
  });
});
