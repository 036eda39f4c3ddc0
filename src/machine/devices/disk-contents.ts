/**
 * What a disk holds, as a value: an image that nobody writes, and over it a tree of the sectors that were written. Writing a
 * sector makes a new value that shares all other sectors with the old one, so that keeping a moment of a disk costs nothing.
 *
 *     number of a sector: … | 6 bits | 6 bits | 6 bits     a node of the tree has 64 branches, its leaves are sectors
 */

export const SECTOR_SIZE = 512;
const BITS = 6;
const BRANCHES = 1 << BITS;

type Node = readonly (Node | Uint8Array | undefined)[];

export class DiskContents {
  /** A disk like the image; what it lacks to a whole sector is zeros. The image must not be written any more. */
  static of(image: Uint8Array): DiskContents {
    const sectors = Math.max(1, Math.ceil(image.length / SECTOR_SIZE));
    let depth = 1;
    while (BRANCHES ** depth < sectors) depth++;
    return new DiskContents(image, sectors, depth, []);
  }

  /** @param root sectors that differ from the image */
  private constructor(
    private readonly image: Uint8Array,
    readonly sectors: number,
    private readonly depth: number,
    private readonly root: Node,
  ) {
    Object.freeze(this);
  }

  /** The bytes of a sector; not to be written. */
  sector(number: number): Uint8Array {
    let node: Node | Uint8Array | undefined = this.root;
    for (let level = this.depth - 1; level >= 0 && node !== undefined; level--)
      node = (node as Node)[branchAt(number, level)];
    return (node as Uint8Array | undefined) ?? this.original(number);
  }

  private original(number: number): Uint8Array {
    const part = this.image.subarray(number * SECTOR_SIZE, (number + 1) * SECTOR_SIZE);
    if (part.length === SECTOR_SIZE) return part;
    const whole = new Uint8Array(SECTOR_SIZE);
    whole.set(part);
    return whole;
  }

  /** The disk with one sector replaced by a copy of `bytes`. */
  with(number: number, bytes: Uint8Array): DiskContents {
    if (!(number >= 0 && number < this.sectors)) throw new RangeError(`no sector ${number}`);
    const root = replace(this.root, number, this.depth - 1, bytes.slice(0, SECTOR_SIZE));
    return new DiskContents(this.image, this.sectors, this.depth, root);
  }

  /** All bytes, for saving the disk. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.sectors * SECTOR_SIZE);
    for (let n = 0; n < this.sectors; n++) bytes.set(this.sector(n), n * SECTOR_SIZE);
    return bytes;
  }
}

/** Powers of two beyond 32 bits: no shifts. */
const branchAt = (number: number, level: number): number => Math.floor(number / BRANCHES ** level) % BRANCHES;

function replace(node: Node, number: number, level: number, sector: Uint8Array): Node {
  const copy = node.slice();
  const branch = branchAt(number, level);
  copy[branch] =
    level === 0 ? sector : replace((copy[branch] as Node | undefined) ?? [], number, level - 1, sector);
  return copy;
}
