/** The chain of handlers, the stations of execve as events, and failures let in at each. */
import { describe, expect, it } from "vitest";
import { E, type Errno } from "../../../src/kernel/abi/errno.js";
import { ScriptFormat } from "../../../src/kernel/exec/binfmt-script.js";
import type { Binprm } from "../../../src/kernel/exec/binprm.js";
import { defaultFormats } from "../../../src/kernel/exec/default-formats.js";
import type { BinaryFormat, LoadOutcome } from "../../../src/kernel/exec/formats.js";
import { openInterpreter } from "../../../src/kernel/exec/program-reference.js";
import { Refusal, refused } from "../../../src/kernel/exec/refusal.js";
import { EXEC_STAGES, type ExecEvent, type Execution } from "../../../src/kernel/exec/stages.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { Kernel, type KernelOptions } from "../../../src/kernel/kernel.js";
import { spawn } from "../../../src/kernel/spawn.js";
import { Machine } from "../../../src/machine/machine.js";
import { tinyElf } from "./tiny-elf.js";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

function boot(options: Omit<KernelOptions, "files"> = {}): Kernel {
  const files = new FileSystem();
  files.putFile("/tiny", tinyElf(), 0o755);
  files.putFile("/script", bytes("#!/tiny -x\n"), 0o755);
  files.putFile("/text", bytes("hello\n"), 0o755);
  return Kernel.boot(Machine.create({ ram: 16 << 20 }), { ...options, files });
}

/** Runs a program to its end: its exit status, or the errno that execve gave. */
function run(kernel: Kernel, path: string): number {
  kernel.first = undefined;
  const spawned = spawn(kernel, { path, argv: ["A", "B"], environment: ["V=1"] });
  if (!spawned.ok) return spawned.failure.errno;
  kernel.run(kernel.machine.cpu.time + 1_000_000);
  const { ending } = spawned.task;
  return ending?.kind === "exited" ? ending.status : Number.NaN;
}

/** Claims files that begin with "hello". */
class HelloFormat implements BinaryFormat {
  readonly name = "binfmt_hello";

  load({ task }: Execution, bprm: Binprm): LoadOutcome {
    if (bprm.buf[0] !== 0x68) return new Refusal(E.ENOEXEC, "", "it is no greeting", "");
    bprm.interp = "/tiny";
    const opened = openInterpreter(task.files, "/tiny");
    if (refused(opened)) return opened;
    bprm.interpreter = opened;
    return "again";
  }
}

describe("the chain of handlers", () => {
  it("has Linux's order", () => {
    expect(boot().exec.formats.list.map(({ name }) => name)).toEqual(
      defaultFormats().list.map(({ name }) => name),
    );
    expect(defaultFormats().list.map(({ name }) => name)).toEqual([
      "binfmt_misc",
      "binfmt_script",
      "binfmt_elf",
    ]);
  });

  it("takes a handler in at run time, and forgets it again", () => {
    const kernel = boot();
    expect(run(kernel, "/text")).toBe(E.ENOEXEC);
    kernel.exec.formats.register(new HelloFormat());
    expect(run(kernel, "/text")).toBe(42);
    kernel.exec.formats.unregister("binfmt_hello");
    expect(run(kernel, "/text")).toBe(E.ENOEXEC);
  });

  it("runs no script without the handler of scripts, and nothing without that of ELF", () => {
    const kernel = boot();
    kernel.exec.formats.unregister("binfmt_script");
    expect(run(kernel, "/script")).toBe(E.ENOEXEC);
    expect(run(kernel, "/tiny")).toBe(42);
    kernel.exec.formats.insert(new ScriptFormat());
    expect(run(kernel, "/script")).toBe(42);
    kernel.exec.formats.unregister("binfmt_elf");
    expect(run(kernel, "/tiny")).toBe(E.ENOEXEC);
  });

  it("asks in its order, which can be changed", () => {
    const asked: string[] = [];
    const kernel = boot({
      observer: {
        execStage: (_task, { stage }) => {
          if (stage.startsWith("binfmt_")) asked.push(stage);
        },
      },
    });
    const elf = kernel.exec.formats.find("binfmt_elf")!;
    kernel.exec.formats.place(elf, 0);
    run(kernel, "/tiny");
    expect(asked).toEqual(["binfmt_elf"]);
  });
});

describe("a #! line that is too long", () => {
  it.each([
    ["2.6", 42],
    ["5.0", E.ENOEXEC],
    ["5.1", E.ENOEXEC],
  ] as const)("is cut or refused by the rule of Linux %s", (scriptRule, result) => {
    const kernel = boot({ scriptRule });
    const slashes = "/".repeat(127 - 2 - "tiny".length);
    // 2.6 sees just "#!//…/tiny" of it.
    kernel.files.putFile("/long", bytes(`#!${slashes}tiny${"x".repeat(300)}\n`), 0o755);
    expect(run(kernel, "/long")).toBe(result);
  });
});

describe("the stations of execve", () => {
  /** Each station that a script and its interpreter pass, in order. */
  function events(path: string): ExecEvent[] {
    const seen: ExecEvent[] = [];
    run(boot({ observer: { execStage: (_task, event) => seen.push(event) } }), path);
    return seen;
  }

  it("come in the order of the table, and each is in it", () => {
    const known: readonly string[] = EXEC_STAGES.map(([name]) => name);
    const order = events("/tiny")
      .map(({ stage }) => stage)
      .filter((stage) => !stage.startsWith("binfmt_"));
    expect(order.every((stage) => known.includes(stage))).toBe(true);
    const places = order.map((stage) => known.indexOf(stage));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it("show how a script turns into arguments of its interpreter", () => {
    const handled = events("/script").find(({ stage }) => stage === "binfmt_script");
    expect(handled?.bprm).toMatchObject({
      filename: "/script",
      interp: "/tiny",
      argv: ["/tiny", "-x", "/script", "B"],
      argc: 4,
    });
    const [first, second] = events("/script").filter(({ stage }) => stage === "search_binary_handler");
    expect(first?.bprm?.buf.slice(0, 2)).toEqual(bytes("#!"));
    expect(second?.bprm).toMatchObject({ round: 1, file: "/tiny" });
    expect(second?.bprm?.buf.slice(1, 4)).toEqual(bytes("ELF"));
  });

  it("lay strings down from the top of the stack", () => {
    const copied = events("/tiny").find(({ stage }) => stage === "copy_strings")?.bprm;
    const strings = ["/tiny", "V=1", "A", "B"].reduce((sum, text) => sum + text.length + 1, 0);
    expect(copied?.p).toBe(0x7ffffffff000 - 8 - strings);
  });

  const REACHED = EXEC_STAGES.map(([name]) => name).filter((name) => name !== "getname");
  it.each([...REACHED, "binfmt_script", "binfmt_elf"])(
    "a failure at %s ends exec with its errno, and gives all memory back",
    (stage) => {
      const kernel = boot();
      run(kernel, "/script");
      const free = kernel.frames.available + kernel.pageCache.count;
      kernel.exec.fail = { [stage]: E.EIO };
      const passed = stage === "load_elf_interp" || stage === "arch_setup_additional_pages";
      const result: number | Errno = run(kernel, "/script");
      if (!passed) expect(result).toBe(E.EIO);
      expect(kernel.frames.available + kernel.pageCache.count).toBe(free);
      kernel.exec.fail = undefined;
      expect(run(kernel, "/script")).toBe(42);
    },
  );
});
