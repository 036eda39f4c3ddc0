/**
 * What registers hold while a block is translated. Each has a local of the function, its home, that is right wherever
 * the block may be left; in between a register is merely bound to an expression. `flush` writes bindings home.
 * Invariant: a node that stands for a home's old value gets a local of its own before the home is overwritten.
 */
import type { FunctionBody } from "./function-body.js";
import { LOCAL, Node } from "./node.js";
import type { Type } from "./opcodes.js";

export type RegisterKnowledge = readonly (Node | undefined)[];

export class RegisterBindings {
  /** The local of each register, -1 when the function has not used it. */
  readonly homes: number[];
  /** Registers whose home was ever written. */
  readonly written = new Set<number>();
  private readonly bound: (Node | undefined)[];
  private readonly dirty = new Set<number>();
  /** For each register the node that stands for what is in its home now. */
  private readonly atHome: (Node | undefined)[];

  constructor(
    private readonly body: FunctionBody,
    private readonly type: Type,
    count: number,
  ) {
    this.homes = new Array<number>(count).fill(-1);
    this.bound = new Array<Node | undefined>(count).fill(undefined);
    this.atHome = new Array<Node | undefined>(count).fill(undefined);
  }

  /** A block begins, or paths met: every register is in its home. */
  forget(): void {
    this.bound.fill(undefined);
    this.atHome.fill(undefined);
    this.dirty.clear();
  }

  home(register: number): number {
    if (this.homes[register]! < 0) this.homes[register] = this.body.local(this.type);
    return this.homes[register]!;
  }

  get(register: number): Node {
    const bound = this.bound[register];
    if (bound) return bound;
    const node = new Node(this.type, LOCAL, [], BigInt(this.home(register)));
    this.bound[register] = node;
    this.atHome[register] = node;
    return node;
  }

  set(register: number, value: Node): void {
    if (value === this.atHome[register]) {
      this.bound[register] = value;
      this.dirty.delete(register);
      return;
    }
    value.uses++;
    this.bound[register] = value;
    this.dirty.add(register);
  }

  /** Writes all bindings home; they stay known. */
  flush(): void {
    if (this.dirty.size === 0) return;
    const { body } = this;
    const registers = [...this.dirty];
    for (const register of registers) this.save(register);
    for (const register of registers) {
      const value = this.bound[register]!;
      body.settle(value);
      body.push(value);
      body.set(this.home(register));
      this.written.add(register);
      this.atHome[register] = value;
    }
    this.dirty.clear();
  }

  /** What is in homes now stays readable although they may be overwritten in a part that may not run. */
  saveAll(): void {
    for (let register = 0; register < this.homes.length; register++) this.save(register);
  }

  /** What is known before a part that may not run; `afterwards` keeps what that part left alone. */
  get knowledge(): RegisterKnowledge {
    this.saveAll();
    return [...this.bound];
  }

  afterwards(before: RegisterKnowledge): void {
    for (let register = 0; register < before.length; register++) {
      if (this.bound[register] !== before[register]) this.bound[register] = undefined;
      this.atHome[register] = undefined;
    }
    this.dirty.clear();
  }

  private save(register: number): void {
    const node = this.atHome[register];
    if (node && node.op === LOCAL && node.local < 0 && node.uses > 0) {
      const { body } = this;
      node.local = body.temporary(this.type);
      body.get(Number(node.value));
      body.set(node.local);
    }
    this.atHome[register] = undefined;
  }
}
