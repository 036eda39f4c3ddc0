/** Lines and addresses, and the text that shows both. */
import { describe, expect, it } from "vitest";
import { type Assembly, assemble } from "../../src/toolchain/assembler/assemble.js";
import { LineMap, listingText } from "../../src/toolchain/listing.js";

const SOURCE = `start: mov eax, 1; ret   # two on a line
label:

.data
    .quad start, 2
.bss
    .skip 100`;

function assembled(): Assembly {
  const result = assemble(SOURCE);
  if (!result.ok) throw new Error(result.errors[0]!.reason);
  return result;
}

describe("a line map", () => {
  it("finds the line of every byte, and none outside of the program", () => {
    const map = new LineMap(assembled());
    expect([0x401000n, 0x401004n, 0x401005n, 0x402000n, 0x40200fn].map((at) => map.lineAt(at))).toEqual([
      1, 1, 1, 5, 5,
    ]);
    expect([0n, 0x400fffn, 0x401006n, 0x402010n].map((at) => map.lineAt(at))).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("finds all that a line became", () => {
    const map = new LineMap(assembled());
    expect(map.rowsOf(1).map(({ address, bytes }) => [address, bytes.length])).toEqual([
      [0x401000n, 5],
      [0x401005n, 1],
    ]);
    expect(map.rowsOf(2)).toEqual([]);
  });
});

describe("a listing", () => {
  it("shows address and bytes beside each line of the source", () => {
    expect(listingText(assembled(), SOURCE).split("\n")).toEqual([
      "    1  00401000  b8 01 00 00 00           start: mov eax, 1; ret   # two on a line",
      "       00401005  c3",
      "    2                                     label:",
      "    3",
      "    4                                     .data",
      "    5  00402000  00 10 40 00 00 00 00 00      .quad start, 2",
      "       00402008  02 00 00 00 00 00 00 00",
      "    6                                     .bss",
      "    7  00403000  100 bytes                    .skip 100",
    ]);
  });
});
