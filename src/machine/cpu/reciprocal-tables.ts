/**
 * The tables behind `reciprocals.ts`, as differences: entry n is entry n − 1 minus one digit.
 * Source: measured on an AMD EPYC (family 25, model 17).
 */

/** Which function of x = 1.fraction: 1/x; 1/√x; 1/√2x. */
export type ReciprocalTable = "reciprocal" | "oddRoot" | "evenRoot";

/** Digits in base 36. An entry is a significand of 13 bits, the leading 1 included. */
interface Differences {
  readonly first: number;
  /** Along bits 11:4 of the fraction: 255 digits. */
  readonly coarse: string;
  /** For each value of bits 11:8, along bits 3:0: 16 rows of 15 digits. */
  readonly fine: readonly string[];
}

const TABLES: Readonly<Record<ReciprocalTable, Differences>> = {
  reciprocal: {
    first: 8190,
    coarse:
      "wvwuvvuuuutttttussrsrrrrrqqqqqprpppopoooononnnnomnmmmmmlmlllllkmkkkkkkjkjkjjjjijijiii" +
      "iiihihihhhihghhgghgggggfgggfgfffffffefefefeefedeeedeeddeddedddcdddcdcdccdccccccccbccb" +
      "cbcbbcbbbbbbbbbbababbbaabaaaabaaa9aaaa9aa9a9a9a999a99a9999989999899898989889888988888",
    fine: [
      ...["212222222122222", "122122122122122", "121121212121212", "112112112112112"],
      ...["111121112111121", "112111111112111", "111111111111111", "111110111111111"],
      ...["110111111011111", "101111011110111", "110110111011101", "101101101101101"],
      ...["011010110110101", "011010110101101", "010101011010101", "010101101010101"],
    ],
  },
  oddRoot: {
    first: 8191,
    coarse:
      "ggfggffgffffffeffefeeeeeeeeededededddddddcddcdcdcdcccccccbccbcbdbbcbbbbbbbbbbabbababa" +
      "baaabaaaaaaaaaa9aa9a9a9a99a99a9999999998998998989898988988988888888888878888788787878" +
      "7877877778777777777778776777767767767676767676676676676666667666666666666656666566656",
    fine: [
      ...["111111101111111", "111011111110111", "110111101111101", "110110111011101"],
      ...["011011101101101", "101101101011011", "011010101101101", "010101101010110"],
      ...["101010101010101", "010101010101010", "010101001010101", "101001010101001"],
      ...["010010100101010", "010100101001001", "010010100101001", "001001010010010"],
    ],
  },
  evenRoot: {
    first: 5792,
    coarse:
      "bbcbabbbbabbababaabaaaaa9aaa9a9aa99a9999999999998998989889889888888888888788787878787" +
      "7877787777777777776777677676767676676676667666666666666665666566656566565655656556556" +
      "5555655555555555555556455555455545545545455454545454454544544544454445444444544444444",
    fine: [
      ...["101101101101101", "011010110110110", "011010101101010", "011010101010101"],
      ...["010101010101010", "100101010101001", "010100101010010", "010100101001010"],
      ...["001010010010100", "010010010010010", "010010010010010", "100100100100010"],
      ...["001001000100100", "001001000100100", "010001000100010", "010001000100010"],
    ],
  },
};

/** All 4096 entries of a table. */
export function decodeTable(name: ReciprocalTable): Uint16Array {
  const { first, coarse, fine } = TABLES[name];
  const entries = new Uint16Array(4096);
  let start = first;
  for (let upper = 0; upper < 256; upper++) {
    if (upper > 0) start -= digit(coarse, upper - 1);
    let entry = start;
    for (let lower = 0; lower < 16; lower++) {
      if (lower > 0) entry -= digit(fine[upper >> 4]!, lower - 1);
      entries[(upper << 4) | lower] = entry;
    }
  }
  return entries;
}

function digit(digits: string, at: number): number {
  return Number.parseInt(digits[at]!, 36);
}
