/** Operands that find faults: edges of every format, close neighbours, and random ones from a seed. */
import { type Format, isUnsupported } from "../../../src/machine/float/index.js";

/** A stream of 64-bit numbers that depends on the seed alone (SplitMix64). */
export class Seeded {
  constructor(private state: bigint) {}

  next(): bigint {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  below(n: number): number {
    return Number(this.next() % BigInt(n));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Zeros, denormals, smallest and largest normals, small integers, infinities and NaNs, all in both signs. */
export function edges(f: Format): bigint[] {
  const one = (BigInt(f.bias) << BigInt(f.fieldBits)) | f.integerBit;
  const ulp = 1n << BigInt(f.fieldBits);
  const smallest = ulp | f.integerBit;
  const largest = f.infinity - f.integerBit - ulp + f.fieldMask;
  const half = one - ulp;
  const positive = [
    ...[
      0n,
      1n,
      2n,
      f.quietBit,
      f.quietBit | 1n,
      smallest - f.integerBit - 1n - (f.integerBit && f.integerBit - 1n),
    ],
    ...[
      smallest,
      smallest + 1n,
      smallest + 5n * ulp,
      one,
      one + 1n,
      one - 1n,
      half,
      one + f.quietBit,
      one + ulp,
    ],
    ...[
      one + 2n * ulp,
      one + 3n * ulp + f.quietBit,
      one + 20n * ulp + 77n,
      largest,
      largest - 1n,
      largest - 9n * ulp,
    ],
    ...[
      f.infinity,
      f.infinity | f.quietBit,
      f.infinity | f.quietBit | 5n,
      f.infinity | 1n,
      f.infinity | (f.quietBit >> 1n),
    ],
    ...[14n, 15n, 16n, 30n, 31n, 32n, 62n, 63n, 64n, 65n].map((n) => one + n * ulp),
    ...[14n, 15n, 30n, 31n, 62n, 63n].map((n) => one + n * ulp - 1n),
  ];
  return positive.flatMap((n) => [n, n | f.signBit]);
}

/** Patterns that only the x87's format has: pseudo-denormals, unnormals, pseudo-infinity, pseudo-NaN. */
export const ODD_PATTERNS: readonly bigint[] = [
  0x0000_8000000000000000n,
  0x8000_c000000000000001n,
  0x3fff_4000000000000000n,
  0x7fff_0000000000000000n,
  0x7fff_0000000000000001n,
  0xffff_4000000000000000n,
];

/** A random number: any bits, or an exponent near 1 so that operations meet. */
export function randomOperand(random: Seeded, f: Format): bigint {
  const width = BigInt(f.width);
  const any = BigInt.asUintN(f.width, (random.next() << 64n) | random.next());
  const sparse = random.below(3) === 0 ? any & ~((1n << BigInt(random.below(f.precision - 1))) - 1n) : any;
  const fixed = sparse | f.integerBit;
  const kind = random.below(4);
  if (kind === 0) return isUnsupported(f, fixed) ? fixed | f.integerBit : fixed;
  const exponent = BigInt(f.bias - 40 + random.below(kind === 1 ? 80 : 44));
  return (fixed & (f.fieldMask | (1n << (width - 1n)))) | (exponent << BigInt(f.fieldBits));
}
