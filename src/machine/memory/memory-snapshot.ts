/**
 * The contents of all pages at one moment, as a tree of two levels whose parts are shared between moments: what a new
 * snapshot costs depends on what changed, hardly on how much RAM there is. Nobody writes a page or a branch that is shared, so
 * a snapshot that nobody holds any more is simply collected, with the pages that only it had.
 *
 *     root: one entry for 256 pages → branch: 256 entries → page: 4096 bytes, or undefined for zeros
 */

/** Pages of a branch. */
export const BRANCH_PAGES = 256;

/** Contents by page; `undefined` is a page of zeros. */
export type Branch = readonly (Uint8Array | undefined)[];

const ZEROS: Branch = Object.freeze(new Array<undefined>(BRANCH_PAGES).fill(undefined));

export class MemorySnapshot {
  /** @param branches never to be written again */
  constructor(
    /** Pages of the RAM. */
    readonly pageCount: number,
    readonly branches: readonly Branch[],
  ) {}

  /** RAM that holds zeros only. */
  static zeros(pageCount: number): MemorySnapshot {
    const branches = Math.ceil(pageCount / BRANCH_PAGES);
    return new MemorySnapshot(pageCount, new Array<Branch>(branches).fill(ZEROS));
  }

  /** Contents of a page, not to be written; `undefined` is a page of zeros. */
  page(number: number): Uint8Array | undefined {
    return this.branches[Math.floor(number / BRANCH_PAGES)]?.[number % BRANCH_PAGES];
  }

  /** Numbers of the pages that do not share their contents with `other`, which may nevertheless be equal. Ascending. */
  pagesUnlike(other: MemorySnapshot): number[] {
    const unlike: number[] = [];
    this.branches.forEach((branch, n) => {
      const otherBranch = other.branches[n];
      if (branch === otherBranch) return;
      for (let inner = 0; inner < BRANCH_PAGES; inner++) {
        if (branch[inner] !== otherBranch?.[inner]) unlike.push(n * BRANCH_PAGES + inner);
      }
    });
    return unlike;
  }

  /** This moment with the contents of some pages replaced. Copies the branches of these pages and shares the others. */
  with(pages: readonly number[], contentsOf: (page: number) => Uint8Array | undefined): MemorySnapshot {
    const branches = this.branches.slice();
    const copied = new Map<number, (Uint8Array | undefined)[]>();
    for (const page of pages) {
      const n = Math.floor(page / BRANCH_PAGES);
      const branch = copied.get(n) ?? branches[n]!.slice();
      branch[page % BRANCH_PAGES] = contentsOf(page);
      copied.set(n, branch);
      branches[n] = branch;
    }
    return new MemorySnapshot(this.pageCount, branches);
  }
}
