/** The contract of `Semantics`: an instruction that faults has changed nothing. */
import { describe, expect, it } from "vitest";
import { RSI, RSP } from "../../../src/machine/isa/registers.js";
import { UserCpu } from "../user-cpu.js";
import { allEncodings, type Encoding } from "./encodings.js";

const CODE = 0x10000000;
const DATA = 0x20000000;
const CODE_FRAME = 0x10000;
const DATA_FRAME = 0x20000;
const RDI_AND_RBP = [7, 5];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The address under test, and what lies there. */
interface Place {
  name: string;
  address: bigint;
}

const READ_ONLY_PAGE = BigInt(DATA + 0x1000);

const PLACES: readonly Place[] = [
  { name: "an unmapped page", address: BigInt(DATA + 0x5000) },
  { name: "a read-only page", address: READ_ONLY_PAGE + 0x400n },
  { name: "the edge between a writable and a read-only page", address: READ_ONLY_PAGE - 0x11n },
  { name: "a non-canonical address", address: 0x8000_0000_0000_0100n },
];

const machine = new UserCpu([
  { linear: CODE, frame: CODE_FRAME, pages: 1, writable: true },
  { linear: DATA, frame: DATA_FRAME, pages: 1, writable: true },
  { linear: DATA + 0x1000, frame: DATA_FRAME + 0x1000, pages: 1, writable: false },
]);

/** Everything a program can see, as one text. */
function everything(): string {
  const { cpu } = machine;
  const { state } = cpu;
  const x87 = [...state.x87.significands, state.x87.top, state.x87.status, state.x87.control, state.x87.tags];
  return [cpu.rip, cpu.flags, ...state.general, ...state.vectors, ...x87].join(" ");
}

const contents = (): string => hex(machine.cpu.memory.readBytes(DATA_FRAME, 0x2000));

/** What differs after `encoding` faulted with its pointers at `address`; undefined when it did not fault. */
function changedByFault({ bytes }: Encoding, address: bigint): string | undefined {
  const { cpu } = machine;
  machine.reset();
  cpu.memory.fill(CODE_FRAME, 4096, 0x90);
  cpu.memory.writeBytes(CODE_FRAME, bytes);
  cpu.memory.fill(DATA_FRAME, 0x2000, 0x5a);
  for (let n = 0; n < 16; n++) cpu.state.general[n] = 0x0102030405060708n * BigInt(n + 1);
  for (const register of [RSI, RSP, ...RDI_AND_RBP]) cpu.state.general[register] = address;
  cpu.state.vectors.fill(0x3ff0000000000000n);
  cpu.flags = 0x8d7;
  cpu.rip = BigInt(CODE);
  const before = everything();
  const memoryBefore = contents();
  machine.step();
  if (machine.caught === undefined) return undefined;
  const after = everything();
  if (after !== before) return `registers:\n  ${before}\n  ${after}`;
  return contents() === memoryBefore ? "" : "memory";
}

/** ENTER writes its frame before it finds the new stack pointer unwritable, as the real one does. */
const WRITES_BEFORE = /^enter$/;

describe("an instruction that faults", () => {
  for (const { name, address } of PLACES) {
    it(`leaves registers, flags and memory untouched at ${name}`, () => {
      const wrong: string[] = [];
      let faults = 0;
      for (const encoding of allEncodings()) {
        const { mnemonic } = encoding.form.instruction;
        const changed = changedByFault(encoding, address);
        if (changed !== undefined) faults++;
        if (changed && !(changed === "memory" && WRITES_BEFORE.test(mnemonic))) {
          wrong.push(`${mnemonic} ${encoding.form.text} ${hex(encoding.bytes)}: ${changed}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(faults).toBeGreaterThan(100);
    });
  }
});
