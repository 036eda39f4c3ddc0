/**
 * A table of system calls: from number to name and back. Two ABIs, two tables; what a call does is
 * elsewhere (`syscalls/`), since both may lead to the same function.
 */

/** Number ↔ name of the system calls of one ABI. Never written after it was made. */
export class CallTable {
  readonly immutable = true;

  constructor(
    private readonly names: ReadonlyMap<number, string>,
    private readonly numbers: ReadonlyMap<string, number>,
  ) {}

  /** The name of call `number`, or undefined when Linux has none there. */
  name(number: number): string | undefined {
    return this.names.get(number);
  }

  /** The number of the call named `name`. */
  number(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /** The largest number in use. */
  get last(): number {
    return Math.max(...this.names.keys());
  }

  /** All pairs in ascending order of number. */
  entries(): readonly (readonly [number, string])[] {
    return [...this.names];
  }
}

/** Makes a table from rows of a first number and the names that count up from it, separated by blanks. */
export function callTable(rows: readonly (readonly [first: number, names: string])[]): CallTable {
  const names = new Map<number, string>();
  for (const [first, text] of rows) {
    text.split(/\s+/).forEach((name, i) => {
      names.set(first + i, name);
    });
  }
  const numbers = new Map([...names].map(([number, name]) => [name, number]));
  return new CallTable(names, numbers);
}
