/** Which instruction belongs to which line of a source. */

/** The instruction at `address` was made by line `line`, from 1. */
export interface LineAddress {
  readonly line: number;
  readonly address: bigint;
}

export class SourceLines {
  /** Where lines begin, ascending. */
  readonly addresses: readonly bigint[];
  private readonly lines: ReadonlyMap<bigint, number>;

  constructor(rows: readonly LineAddress[]) {
    this.lines = new Map(rows.map(({ line, address }) => [address, line]));
    this.addresses = [...this.lines.keys()].sort((a, b) => (a < b ? -1 : 1));
  }

  /** The line whose instruction begins there. */
  lineAt(address: bigint): number | undefined {
    return this.lines.get(address);
  }

  /** Where the instructions of a line begin. */
  addressesOf(line: number): readonly bigint[] {
    return this.addresses.filter((address) => this.lines.get(address) === line);
  }
}
