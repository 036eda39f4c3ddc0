/**
 * The body of one function of generated code: bytes, locals, and the depth of nested blocks. Expressions are written
 * where they are needed; one that is needed again keeps its value in a local from its first place on.
 * Locals serve again as soon as nothing can need their value: what compiles the function takes time for each of them
 * wherever paths part or meet.
 */
import { CodeBuffer } from "./code-buffer.js";
import { CONST, LOCAL, type Node, settledLocal } from "./node.js";
import { CONTROL, MEMORY, OP, TYPE, type Type, VECTOR_OP } from "./opcodes.js";

export class FunctionBody {
  code = new CodeBuffer();
  /** Blocks open around what is written now. */
  depth = 0;
  private readonly parts: (CodeBuffer | ((code: CodeBuffer) => void))[] = [];
  private readonly localTypes: Type[] = [];
  /** Locals of each type whose value nobody needs any more. */
  private readonly free = new Map<Type, number[]>();
  /** Locals to be free at the end of the block and of the instruction under way. */
  private readonly ofBlock: number[] = [];
  private readonly ofInstruction: number[] = [];
  /** For each condition under way the nodes that got their local inside. */
  private readonly scopes: Node[][] = [];

  /** @param parameters how many locals are parameters */
  constructor(private readonly parameters: number) {}

  /** A new local, for all of the function. */
  local(type: Type): number {
    this.localTypes.push(type);
    return this.parameters + this.localTypes.length - 1;
  }

  /** A local until the end of the block. */
  temporary(type: Type): number {
    const local = this.anyFree(type);
    this.ofBlock.push(local);
    return local;
  }

  /** A local until the end of the instruction. */
  scratch(type: Type): number {
    const local = this.anyFree(type);
    this.ofInstruction.push(local);
    return local;
  }

  private anyFree(type: Type): number {
    return this.free.get(type)?.pop() ?? this.local(type);
  }

  endInstruction(): void {
    this.release(this.ofInstruction);
  }

  /** No node from before is written again. */
  endBlock(): void {
    this.release(this.ofInstruction);
    this.release(this.ofBlock);
  }

  private release(locals: number[]): void {
    for (const local of locals) {
      const type = this.localTypes[local - this.parameters]!;
      const free = this.free.get(type);
      if (free) free.push(local);
      else this.free.set(type, [local]);
    }
    locals.length = 0;
  }

  /** Leaves the node's value on the stack. */
  push(node: Node): void {
    if (node.op === CONST) this.pushConstant(node);
    else if (node.local >= 0) this.get(node.local);
    else if (node.op === LOCAL) this.get(Number(node.value));
    else {
      for (const input of node.inputs) this.push(input);
      this.code.opcode(node.op);
      for (const part of node.tail) this.code.byte(part);
      if (node.uses > 1) this.keep(node);
    }
  }

  /** The node's value is from now on in a local, whatever happens to what it was computed from. */
  settle(node: Node): void {
    if (node.op === CONST || node.local >= 0) return;
    this.push(node);
    if (node.local < 0) this.keep(node);
    this.code.byte(CONTROL.DROP);
  }

  /** A settled copy of a value. */
  settled(node: Node): Node {
    if (node.op === CONST || (node.op === LOCAL && node.local >= 0)) return node;
    this.push(node);
    const local = this.temporary(node.type);
    this.set(local);
    return settledLocal(node.type, local);
  }

  private keep(node: Node): void {
    node.local = this.temporary(node.type);
    this.code.byte(CONTROL.LOCAL_TEE).unsigned(node.local);
    this.scopes.at(-1)?.push(node);
  }

  private pushConstant(node: Node): void {
    const { code } = this;
    if (node.type === TYPE.I32) code.byte(OP.I32_CONST).signed(Number(BigInt.asIntN(32, node.value)));
    else if (node.type === TYPE.I64) code.byte(OP.I64_CONST).signed64(node.value);
    else if (node.type === TYPE.F64) code.byte(OP.F64_CONST).fixed(node.value, 8);
    else if (node.type === TYPE.F32) code.byte(OP.F32_CONST).fixed(node.value, 4);
    else code.opcode(VECTOR_OP.CONST).fixed(node.value, 16);
  }

  /** What is in a cell of linear memory now. */
  cell32(at: number): Node {
    return this.cell(TYPE.I32, MEMORY.I32_LOAD, at);
  }

  cell64(at: number): Node {
    return this.cell(TYPE.I64, MEMORY.I64_LOAD, at);
  }

  private cell(type: Type, load: number, at: number): Node {
    const local = this.temporary(type);
    this.i32(0);
    this.memory(load, at);
    this.set(local);
    return settledLocal(type, local);
  }

  get(local: number): void {
    this.code.byte(CONTROL.LOCAL_GET).unsigned(local);
  }

  set(local: number): void {
    this.code.byte(CONTROL.LOCAL_SET).unsigned(local);
  }

  tee(local: number): void {
    this.code.byte(CONTROL.LOCAL_TEE).unsigned(local);
  }

  i32(value: number): void {
    this.code.byte(OP.I32_CONST).signed(value);
  }

  op(opcode: number): void {
    this.code.opcode(opcode);
  }

  /** A load or store. The address is on the stack; `offset` is added to it. Nothing is assumed about alignment. */
  memory(opcode: number, offset: number): void {
    this.code.opcode(opcode).unsigned(0).unsigned(offset);
  }

  open(kind: typeof CONTROL.BLOCK | typeof CONTROL.LOOP | typeof CONTROL.IF): number {
    this.code.byte(kind).byte(CONTROL.VOID);
    return ++this.depth;
  }

  otherwise(): void {
    this.code.byte(CONTROL.ELSE);
  }

  close(): void {
    this.code.byte(CONTROL.END);
    this.depth--;
  }

  /** Branches to the block that `open` called `label`. */
  branch(label: number): void {
    this.code.byte(CONTROL.BR).unsigned(this.depth - label);
  }

  branchIf(label: number): void {
    this.code.byte(CONTROL.BR_IF).unsigned(this.depth - label);
  }

  call(index: number): void {
    this.code.byte(CONTROL.CALL).unsigned(index);
  }

  /** What is written until `leaveScope` may not run: values that settle in it are unsettled after it. */
  enterScope(): void {
    this.scopes.push([]);
  }

  leaveScope(): void {
    for (const node of this.scopes.pop() ?? []) node.local = -1;
  }

  /** Leaves room for code that can be known only when all else is written. */
  later(write: (code: CodeBuffer) => void): void {
    this.parts.push(this.code, write);
    this.code = new CodeBuffer();
  }

  /** All code, in order. */
  private get finished(): CodeBuffer {
    const whole = new CodeBuffer();
    for (const part of [...this.parts, this.code]) {
      if (typeof part === "function") part(whole);
      else whole.append(part);
    }
    return whole;
  }

  /** Locals and code of the finished function. */
  get whole(): CodeBuffer {
    return new CodeBuffer().append(this.declarations).append(this.finished).byte(CONTROL.END);
  }

  /** The declarations of the locals, as the binary format wants them. */
  private get declarations(): CodeBuffer {
    const runs: [count: number, type: Type][] = [];
    for (const type of this.localTypes) {
      const last = runs.at(-1);
      if (last && last[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const buffer = new CodeBuffer().unsigned(runs.length);
    for (const [count, type] of runs) buffer.unsigned(count).byte(type);
    return buffer;
  }
}
