/**
 * Memory in the translator: the quick tables of translations are looked up in line, and a page that is not there is
 * asked for by a call. Where that does not help (a fault, a page with code, an access across two pages), the instruction
 * is left to the evaluator, before it has done anything.
 */
import type { Size } from "../isa/registers.js";
import { FS } from "../isa/registers.js";
import { QUICK_ENTRY, READ, Tlb, WRITE } from "../memory/tlb.js";
import { CELL, IMPORT } from "./engine-cells.js";
import { FlagTranslation } from "./flag-translation.js";
import type { FunctionBody } from "./function-body.js";
import {
  as32,
  as64,
  binary32,
  binary64,
  constant32,
  constant64,
  LOCAL,
  type Node,
  settledLocal,
} from "./node.js";
import { CONTROL, MEMORY, OP, TYPE } from "./opcodes.js";
import { Untranslatable } from "./untranslatable.js";

/** An address that this instruction has checked for writing, with the local of its place in linear memory. */
interface Checked {
  readonly address: Node;
  readonly segment: number;
  readonly bytes: number;
  readonly host: number;
}

const INDEX_MASK = (QUICK_ENTRY.COUNT - 1) * QUICK_ENTRY.BYTES;

export abstract class MemoryTranslation extends FlagTranslation {
  private checked: Checked[] = [];
  private hasStored = false;
  private readonly readTable: number;
  private readonly writeTable: number;

  /** @param user whether accesses are made by ring 3 */
  constructor(
    body: FunctionBody,
    protected readonly user: boolean,
  ) {
    super(body);
    this.readTable = Tlb.tableAddress(READ, user);
    this.writeTable = Tlb.tableAddress(WRITE, user);
  }

  /** Registers are at home, flags need not be. */
  protected abstract flushRegisters(): void;
  /** Leaves the function; the evaluator goes on at the current instruction. */
  protected abstract bail(): void;

  protected forgetChecks(): void {
    if (this.checked.length > 0) this.checked = [];
    this.hasStored = false;
  }

  bailIf(c: Node): void {
    if (c.isConstant && c.value === 0n) return;
    this.flushRegisters();
    const { body } = this;
    body.push(c);
    body.open(CONTROL.IF);
    this.bail();
    body.close();
  }

  load(size: Size, address: Node, segment: number): Node {
    const bytes = size >> 3;
    const host = this.place(address, segment, bytes) ?? this.host(address, segment, bytes, false);
    const { body } = this;
    body.get(host);
    const opcodes = {
      8: MEMORY.I32_LOAD8_U,
      16: MEMORY.I32_LOAD16_U,
      32: MEMORY.I32_LOAD,
      64: MEMORY.I64_LOAD,
    };
    body.memory(opcodes[size], 0);
    return this.fromStack(size === 64 ? TYPE.I64 : TYPE.I32);
  }

  store(size: Size, address: Node, v: Node, segment: number): void {
    const bytes = size >> 3;
    const host = this.place(address, segment, bytes) ?? this.host(address, segment, bytes, true);
    const { body } = this;
    body.get(host);
    body.push(size === 64 ? as64(v) : as32(v));
    const opcodes = {
      8: MEMORY.I32_STORE8,
      16: MEMORY.I32_STORE16,
      32: MEMORY.I32_STORE,
      64: MEMORY.I64_STORE,
    };
    body.memory(opcodes[size], 0);
    this.hasStored = true;
  }

  probeWrite(size: Size, address: Node, segment: number): void {
    const bytes = size >> 3;
    const host = this.host(address, segment, bytes, true);
    this.checked.push({ address, segment, bytes, host });
  }

  loadVector(address: Node, segment: number, aligned: boolean): Node {
    if (aligned) this.requireAlignment(address, segment);
    const { body } = this;
    body.get(this.host(address, segment, 16, false));
    body.memory(MEMORY.V128_LOAD, 0);
    return this.fromStack(TYPE.V128);
  }

  storeVector(address: Node, v: Node, segment: number, aligned: boolean): void {
    if (aligned) this.requireAlignment(address, segment);
    const { body } = this;
    body.get(this.host(address, segment, 16, true));
    body.push(v);
    body.memory(MEMORY.V128_STORE, 0);
    this.hasStored = true;
  }

  private requireAlignment(address: Node, segment: number): void {
    this.bailIf(binary32(OP.I32_AND, as32(this.linear(address, segment)), constant32(15)));
  }

  /** The value on the stack, in a local of its own. */
  protected fromStack(type: typeof TYPE.I32 | typeof TYPE.I64 | typeof TYPE.V128): Node {
    const local = this.body.temporary(type);
    this.body.set(local);
    return settledLocal(type, local);
  }

  private linear(address: Node, segment: number): Node {
    if (segment < FS) return address;
    this.body.i32(0);
    this.body.memory(MEMORY.I64_LOAD, segment === FS ? CELL.FS_BASE : CELL.GS_BASE);
    return binary64(OP.I64_ADD, address, this.fromStack(TYPE.I64));
  }

  private place(address: Node, segment: number, bytes: number): number | undefined {
    const found = this.checked.find(
      (one) => one.address === address && one.segment === segment && one.bytes === bytes,
    );
    return found?.host;
  }

  /** The local that holds where in linear memory the bytes lie. */
  protected host(address: Node, segment: number, bytes: number, write: boolean): number {
    // The evaluator would begin anew, and read what has been stored (ENTER with levels).
    if (this.hasStored) throw new Untranslatable("access after a store");
    this.flushRegisters();
    const { body } = this;
    const linear = as64(this.linear(address, segment));
    if (linear.op !== LOCAL) body.settle(linear);
    const table = write ? this.writeTable : this.readTable;
    const index = body.scratch(TYPE.I32);
    const low = as32(linear);
    const shifted = binary32(OP.I32_SHR_U, low, constant32(8));
    body.push(binary32(OP.I32_AND, shifted, constant32(INDEX_MASK)));
    body.tee(index);
    body.memory(MEMORY.I64_LOAD, table);
    const last = binary64(OP.I64_ADD, linear, constant64(BigInt(bytes - 1)));
    body.push(binary64(OP.I64_OR, last, constant64(0xfffn)));
    body.op(OP.I64_NE);
    body.open(CONTROL.IF);
    body.push(linear);
    body.i32(bytes);
    body.call(write ? IMPORT.ADMIT_WRITE : IMPORT.ADMIT_READ);
    body.op(OP.I32_EQZ);
    body.open(CONTROL.IF);
    this.bail();
    body.close();
    body.close();
    body.push(low);
    body.get(index);
    body.memory(MEMORY.I32_LOAD, table + QUICK_ENTRY.ADDEND);
    body.op(OP.I32_ADD);
    const host = body.scratch(TYPE.I32);
    body.set(host);
    return host;
  }
}
