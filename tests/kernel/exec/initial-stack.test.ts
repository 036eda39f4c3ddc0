import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AUX } from "../../../src/kernel/abi/auxiliary-vector.js";
import {
  type AuxiliaryPair,
  buildInitialStack,
  type StackContents,
} from "../../../src/kernel/exec/initial-stack.js";
import { auxiliaryVector } from "../../../src/kernel/exec/program-facts.js";
import { compileIn, hasCompiler, withFolder } from "../abi/native.js";

interface Dump {
  readonly rsp: number;
  readonly top: number;
  readonly bytes: Uint8Array;
}

/** The initial stack of a real process, started as "./program" with these arguments. */
function realStack(randomise: boolean, argv: readonly string[], envp: readonly string[]): Dump {
  return withFolder((folder) => {
    const source = readFileSync(join(import.meta.dirname, "dump-stack.c"), "latin1");
    const program = compileIn(folder, source, [
      "-nostartfiles",
      "-static",
      "-fno-stack-protector",
      "-fno-builtin",
    ]);
    const args = [randomise ? "1" : "0", "./program", ...argv, "--", ...envp];
    // Node's types know argv0 for spawn only.
    const options = { cwd: folder, argv0: "launch", env: {} };
    const output = execFileSync(program, args, options);
    const view = new DataView(output.buffer, output.byteOffset);
    const [rsp, top] = [Number(view.getBigUint64(0, true)), Number(view.getBigUint64(8, true))];
    return { rsp, top, bytes: Uint8Array.from(output.subarray(16)) };
  });
}

/** The auxiliary vector found in a dump, with the kernel's pointers by name; and the random bytes. */
function readBack(
  { rsp, bytes }: Dump,
  argc: number,
  envc: number,
): Pick<StackContents, "auxiliary" | "random"> {
  const view = new DataView(bytes.buffer);
  const names: Readonly<Record<number, AuxiliaryPair[1]>> = {
    [AUX.AT_RANDOM]: "random",
    [AUX.AT_EXECFN]: "file name",
    [AUX.AT_PLATFORM]: "platform",
  };
  const auxiliary: AuxiliaryPair[] = [];
  let random = 0;
  for (let at = 8 * (argc + envc + 3); view.getBigUint64(at, true) !== 0n; at += 16) {
    const type = Number(view.getBigUint64(at, true));
    const value = view.getBigUint64(at + 8, true);
    if (type === AUX.AT_RANDOM) random = Number(value) - rsp;
    auxiliary.push([type, names[type] ?? value]);
  }
  return { auxiliary, random: bytes.slice(random, random + 16) };
}

const CASES: readonly (readonly [argv: readonly string[], envp: readonly string[]])[] = [
  [["./program"], []],
  [
    ["./program", "one", "", "three words here"],
    ["A=1", "BB=22"],
  ],
  [
    ["x".repeat(5000), "\u00e9"],
    ["EMPTY=", "noequals", "P=".padEnd(100, "y")],
  ],
  [[], ["ONLY=environment"]],
  [
    Array.from({ length: 300 }, (_, i) => `argument ${i}`),
    Array.from({ length: 77 }, (_, i) => `V${i}=${i}`),
  ],
];

describe.skipIf(!hasCompiler)("the initial stack, byte for byte", () => {
  it.each(CASES)("equals a real one without randomisation: %#", (argv, envp) => {
    const real = realStack(false, argv, envp);
    const ours = buildInitialStack({
      top: real.top,
      argv: argv.map((word) => Buffer.from(word).toString("latin1")),
      envp,
      fileName: "./program",
      ...readBack(real, Math.max(1, argv.length), envp.length),
    });
    expect([ours.rsp, real.top]).toEqual([real.rsp, 0x7ffffffff000]);
    expect(Buffer.from(ours.bytes).equals(Buffer.from(real.bytes))).toBe(true);
  });

  it("equals a real one with randomisation, given the size of its gap", () => {
    const argv = ["./program", "a"];
    const real = realStack(true, argv, []);
    const contents = { top: real.top, argv, envp: [], fileName: "./program", ...readBack(real, 2, 0) };
    const gaps = Array.from({ length: 513 }, (_, i) => i * 16);
    const ours = gaps
      .map((gap) => buildInitialStack({ ...contents, gap }))
      .find(({ rsp }) => rsp === real.rsp);
    expect(ours && Buffer.from(ours.bytes).equals(Buffer.from(real.bytes))).toBe(true);
  });

  it("tells the facts in the order in which this kernel tells them", () => {
    const known = new Set<number>(Object.values(AUX));
    const real = readBack(realStack(false, ["./program"], []), 1, 0).auxiliary.map(([type]) => type);
    const ours = auxiliaryVector({
      programHeaders: 0x400040,
      programHeaderCount: 5,
      entry: 0x401000,
      interpreterBase: 0,
      uid: 0,
      euid: 0,
      gid: 0,
      egid: 0,
      secure: false,
      hwcap: 0x178bfbff,
      hwcap2: 2,
      vdso: 0x7ffff7ffd000,
      minimalSignalStack: 2048,
    }).map(([type]) => type);
    expect(ours).toEqual(real.filter((type) => known.has(type)));
  });
});

describe("the initial stack", () => {
  const contents: StackContents = {
    top: 0x7ffffffff000,
    argv: ["/bin/hi", "you"],
    envp: ["HOME=/"],
    fileName: "/bin/hi",
    auxiliary: [
      [AUX.AT_PAGESZ, 4096n],
      [AUX.AT_RANDOM, "random"],
    ],
    random: Uint8Array.from({ length: 16 }, (_, i) => i),
  };

  it("begins with argc at an address that is a multiple of 16", () => {
    const { rsp, bytes } = buildInitialStack(contents);
    expect(rsp % 16).toBe(0);
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(2n);
    expect(rsp + bytes.length).toBe(contents.top);
  });

  it("gives a program without arguments one empty argument", () => {
    const { bytes } = buildInitialStack({ ...contents, argv: [] });
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(1n);
  });

  it("labels regions that neither overlap nor leave the stack", () => {
    const { regions, rsp } = buildInitialStack(contents);
    expect(regions[0]?.start).toBe(rsp);
    regions.slice(1).forEach((region, i) => {
      expect(region.start).toBeGreaterThanOrEqual(regions[i]?.end ?? 0);
    });
  });
});
