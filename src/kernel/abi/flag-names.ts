/**
 * Writing flag words and single values as strace writes them, from the tables that define them: a table is an
 * object of name → value. Left out: strace's comments for values that it does not know at all.
 */

/** Names and values of one family of flags or constants. */
export type FlagTable = Readonly<Record<string, number>>;

/**
 * The names of the bits set in `value`, joined by `|`, bits without a name last in hexadecimal. Names stand in the table's
 * order, so a name of several bits must stand before its parts. A zero gives the table's name for 0, or "0".
 */
export function formatFlags(table: FlagTable, value: number | bigint): string {
  const names: string[] = [];
  let rest = BigInt(value);
  for (const [name, flag] of Object.entries(table)) {
    const bits = BigInt(flag);
    if (bits === 0n || (rest & bits) !== bits) continue;
    names.push(name);
    rest &= ~bits;
  }
  if (rest !== 0n) names.push(hexadecimal(rest));
  return names.length > 0 ? names.join("|") : (nameOf(table, 0) ?? "0");
}

/**
 * A word whose low bits under `mask` are one choice and whose others are flags:
 * O_RDWR|O_CREAT, S_IFREG|0644.
 */
export function formatChoiceAndFlags(
  choices: FlagTable,
  mask: number,
  flags: FlagTable,
  value: number,
): string {
  const choice = nameOf(choices, value & mask) ?? hexadecimal(BigInt(value & mask));
  const rest = value & ~mask;
  return rest === 0 ? choice : `${choice}|${formatFlags(flags, rest)}`;
}

/** The name of a single value, or the number in hexadecimal. */
export function formatConstant(table: FlagTable, value: number): string {
  return nameOf(table, value) ?? hexadecimal(BigInt(value));
}

/** The name of `value` in the table. */
export function nameOf(table: FlagTable, value: number): string | undefined {
  return Object.entries(table).find(([, candidate]) => candidate === value)?.[0];
}

function hexadecimal(value: bigint): string {
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
