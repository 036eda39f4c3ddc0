/** 20 000 garbage programs and scripts on one machine: each is refused or dies, and leaves nothing behind. */
import { describe, expect, it } from "vitest";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { RandomPool } from "../../../src/kernel/fs/random-pool.js";
import { Kernel } from "../../../src/kernel/kernel.js";
import { endProcess } from "../../../src/kernel/process/exit.js";
import { spawn } from "../../../src/kernel/spawn.js";
import { Machine } from "../../../src/machine/machine.js";
import {
  headerCases,
  INTERPRETED,
  INTERPRETER,
  MOVABLE,
  MOVABLE_INTERPRETED,
  PLAIN,
  patched,
  randomCases,
  WITH_ZEROS,
} from "./elf-cases.js";

const BASES = [PLAIN, INTERPRETED, WITH_ZEROS, MOVABLE, MOVABLE_INTERPRETED];
const STARTS = ["\x7fELF", "#!", "#! \t/interp ", "\x7fELF\x02\x01\x01", "#!/garbage\n", "MZ", ""];

/** A damaged program, or bytes that only begin like something. */
function garbage(pool: RandomPool): Uint8Array {
  const kind = pool.next() % 8;
  const base = BASES[pool.next() % BASES.length]!;
  if (kind < 3) return patched(base, randomCases(pool, 1, base.length)[0]!);
  if (kind < 6) return patched(base, headerCases(pool, 1, 3)[0]!);
  const start = STARTS[pool.next() % STARTS.length]!;
  const bytes = pool.take(4 + (pool.next() % 400));
  // Few different bytes: blanks, newlines and NULs between letters, as in scripts.
  if (kind === 6) bytes.forEach((byte, n) => bytes.set([byte < 40 ? [32, 10, 0, 9][byte % 4]! : byte], n));
  for (let n = 0; n < start.length; n++) bytes[n % bytes.length] = start.charCodeAt(n);
  return bytes;
}

/** How the run of a file ended. */
function run(kernel: Kernel, bytes: Uint8Array): string {
  kernel.files.putFile("/garbage", bytes, 0o755);
  kernel.first = undefined;
  const spawned = spawn(kernel, { path: "/garbage", argv: ["garbage", "x"], environment: ["A=1"] });
  if (!spawned.ok) return spawned.failure.isFatal ? "fatal" : `errno ${spawned.failure.errno}`;
  const { reason } = kernel.run(kernel.machine.cpu.time + 300);
  const { task } = spawned;
  const ending = task.ending ? task.ending.kind : reason;
  // The file's code may have been damaged into a fork.
  for (const one of [...kernel.tasks.values()]) endProcess(kernel, one, { kind: "exited", status: 0 });
  kernel.run(kernel.machine.cpu.time + 1);
  return ending;
}

describe("20 000 garbage files", () => {
  it("are refused or die, and give all memory back", { timeout: 120_000 }, () => {
    const files = new FileSystem();
    files.putFile("/interp", INTERPRETER, 0o755);
    const kernel = Kernel.boot(Machine.create({ ram: 8 << 20, engine: "evaluator" }), { files });
    const pool = new RandomPool(20_000);
    run(kernel, PLAIN);
    const free = kernel.frames.available + kernel.pageCache.count;
    const endings = new Map<string, number>();
    for (let n = 0; n < 20_000; n++) {
      const ending = run(kernel, garbage(pool));
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
      expect(kernel.frames.available + kernel.pageCache.count).toBe(free);
    }
    expect(kernel.tasks.size).toBe(0);
    // Every way to end was met, so the files are no mere noise.
    for (const ending of ["errno -8", "fatal", "killed", "exited"])
      expect(endings.get(ending)).toBeGreaterThan(100);
    // The machine goes on.
    expect(run(kernel, PLAIN)).toBe("exited");
  });
});
