/** Numbers in options: sizes such as 64M, and counts. */
import { UsageError } from "./usage-error.js";

/** Bytes, whole pages of them. Throws UsageError. */
export function parseSize(option: string, text: string, smallest: number, largest: number): number {
  const match = /^(\d+)([KMG]?)$/i.exec(text);
  const unit = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match?.[2]?.toUpperCase() ?? ""] ?? 1;
  const bytes = match ? Number(match[1]) * unit : Number.NaN;
  if (!(bytes >= smallest && bytes <= largest))
    throw new UsageError(`--${option} ${text}: ${smallest >> 20}M to ${largest / 2 ** 30}G, such as 256M`);
  return Math.ceil(bytes / 4096) * 4096;
}

/** Throws UsageError. */
export function parseCount(option: string, text: string, least: number): number {
  const count = Number(text.replaceAll("_", ""));
  if (!Number.isSafeInteger(count) || count < least)
    throw new UsageError(`--${option} ${text}: a whole number from ${least} on is needed`);
  return count;
}
