/** Links to a moment: what goes in comes out, little differs → little to carry, and a stranger's text is judged. */
import { describe, expect, it } from "vitest";
import { MOMENT_PREFIX, momentText, readMomentText } from "../../../src/cells/moment/link.js";
import type { Moment } from "../../../src/cells/moment/moment.js";

const MOMENT: Moment = {
  cell: "c2.rr",
  of: "k3j4h5k6",
  edit: [2, -1, "    add ebx, 11"],
  parameters: { slice: 7.5, policy: "cfs" },
  inputs: [
    {
      time: 3,
      input: { kind: "value", place: { kind: "register", name: "rbx" }, value: 0xffff_ffff_ffff_fff6n },
    },
    {
      time: 9,
      input: {
        kind: "bytes",
        place: { kind: "memory", address: 0x401001n, length: 2 },
        bytes: Uint8Array.of(0xeb, 0),
      },
    },
    { time: 9, input: { kind: "key", key: "KeyA", down: true } },
    { time: 12, input: { kind: "terminal", bytes: new TextEncoder().encode("ls ☃\n") } },
    { time: 13, input: { kind: "serial", bytes: Uint8Array.of(1) } },
    { time: 14, input: { kind: "end-of-input" } },
    { time: 15, input: { kind: "nmi" } },
    { time: 16, input: { kind: "parameter", name: "slice", value: 20 } },
  ],
  time: 48_211,
  lit: "flag:ZF",
};

const PLAIN: Moment = { cell: "c1.step", of: "x", edit: [], parameters: {}, inputs: [], time: 0 };

const problemOf = async (text: string): Promise<string> => {
  const read = await readMomentText(text);
  return "problem" in read ? `${read.problem.reason}. ${read.problem.nextStep}` : "none";
};

const packed = async (json: unknown, version = 1): Promise<string> => {
  const stream = new Blob([JSON.stringify(json)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return `${MOMENT_PREFIX}${version}.${Buffer.from(bytes).toString("base64url")}`;
};

describe("a link", () => {
  it("brings back every part of its moment", async () => {
    expect(await readMomentText(await momentText(MOMENT))).toEqual({ moment: MOMENT });
    expect(await readMomentText(await momentText(PLAIN))).toEqual({ moment: PLAIN });
  });

  it("is short when little differs: some dozen characters for a time, below 2 kB for a dozen edits and inputs", async () => {
    expect((await momentText(PLAIN)).length).toBeLessThan(80);
    expect((await momentText(MOMENT)).length).toBeLessThan(600);
  });

  it("holds nothing that an address must escape", async () => {
    expect(encodeURI(await momentText(MOMENT))).toBe(await momentText(MOMENT));
  });

  it("of an older version is carried over step by step", async () => {
    const older = await packed({ name: "c1.step", t: 5 }, 1);
    const versions = {
      now: 3,
      migrations: {
        1: (json: unknown) => ({ ...(json as object), of: "x" }),
        2: (json: unknown) => {
          const { name, t, of } = json as { name: string; t: number; of: string };
          return [name, of, t, [], {}, []];
        },
      },
    };
    expect(await readMomentText(older, versions)).toEqual({ moment: { ...PLAIN, time: 5 } });
  });
});

describe("a link that is none", () => {
  it.each([
    ["moment=", /does not begin with/],
    ["section", /does not begin with/],
    ["moment=2.AAAA", /newer version of the book \(2; this one reads up to 1\)\. Reload/],
    ["moment=0.AAAA", /newer version/],
    ["moment=1.%%%%", /cannot be unpacked\. Perhaps its end was cut off/],
    ["moment=1.AAAAA", /cannot be unpacked/],
    ["moment=1._____w", /cannot be unpacked/],
  ])("is refused with reason and next step: %s", async (text, reason) => {
    expect(await problemOf(text)).toMatch(reason);
  });

  it("cut off anywhere is refused", async () => {
    const whole = await momentText(MOMENT);
    for (let length = 0; length < whole.length; length++)
      expect(await problemOf(whole.slice(0, length))).toMatch(/leads to no moment/);
  });

  it.each([
    [[], /six parts/],
    [{}, /six parts/],
    [[1, "x", 0, [], {}, []], /names no cell/],
    [["c", 1, 0, [], {}, []], /from which version/],
    [["c", "x", -1, [], {}, []], /time/],
    [["c", "x", 1e300, [], {}, []], /time/],
    [["c", "x", 0, [0], {}, []], /change of the program/],
    [["c", "x", 0, [{}], {}, []], /change of the program/],
    [["c", "x", 0, [], [], []], /parameters/],
    [["c", "x", 0, [], { a: {} }, []], /parameters/],
    [["c", "x", 0, [], {}, [[1, "shell", "rm"]]], /inputs/],
    [["c", "x", 0, [], {}, [[1, "__proto__"]]], /inputs/],
    [["c", "x", 0, [], {}, [[1, "key", "KeyÄ", true]]], /inputs/],
    [["c", "x", 0, [], {}, [[1, "value", "register:rax", "zz"]]], /inputs/],
    [["c", "x", 0, [], {}, [[1, "bytes", "nothing", "AA"]]], /inputs/],
    [["c", "x", 0, [], {}, [], "<script>"], /lights up/],
  ])("with data of another shape is refused: %j", async (json, reason) => {
    expect(await problemOf(await packed(json))).toMatch(reason);
  });

  it("that unpacks to a hundred megabytes is put away after the first", async () => {
    expect(await problemOf(await packed("a".repeat(100 << 20)))).toMatch(/cannot be unpacked/);
  });
});
