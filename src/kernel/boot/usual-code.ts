/** The sources of the kernel's own code as most machines have it: what is worth being assembled beforehand. */
import { VDSO_ADDRESSES } from "../exec/vdso-image.js";
import { VDSO_SOURCE } from "../exec/vdso-source.js";
import { TICK_RATES } from "../sched/tick-rate.js";
import { TEXT_ADDRESSES, textSource } from "./boot.js";
import { codeKey, type FixedCode, fixedCode } from "./fixed-code.js";

/** By `codeKey` of their sources. */
export function usualCode(): ReadonlyMap<string, FixedCode> {
  const texts = TICK_RATES.map((timerHertz) => textSource({ timerHertz, usesPcid: false, pti: false }));
  return new Map([
    ...texts.map((source) => [codeKey(source), fixedCode(source, TEXT_ADDRESSES)] as const),
    [codeKey(VDSO_SOURCE), fixedCode(VDSO_SOURCE, VDSO_ADDRESSES)],
  ]);
}
