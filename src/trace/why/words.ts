/** Causes as sentences. */
import { EXCEPTION_NAMES } from "../../machine/cpu/guest-fault.js";
import { formatReference } from "../reference-text.js";
import type { Cause } from "./cause.js";

type Written = Omit<Extract<Cause, { kind: "written" }>, "says">;

/** @param input what the input was, in words, when one did it */
export function causeWords(cause: Written, input: string | undefined): string {
  return `${formatReference(cause.reference)} ${changeWords(cause)}: ${writerWords(cause, input)}.`;
}

function changeWords({ old, now, time }: Written): string {
  const [before, after] = [valueWords(old), valueWords(now)];
  const at = `at t = ${time}`;
  return before === after
    ? `was written ${at} and stayed ${after}`
    : `became ${after} ${at} and was ${before} before`;
}

function valueWords(value: Uint8Array | bigint | string): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  const shown = [...value.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return value.length > 16 ? `${shown} …` : shown;
}

function writerWords({ writer, event }: Written, input: string | undefined): string {
  switch (writer.kind) {
    case "instruction": {
      const { address, text, line, process } = writer.instruction;
      const where = line === undefined ? `at 0x${address.toString(16)}` : `in line ${line}`;
      return `by ${text} ${where}${process === undefined ? "" : ` of process ${process}`}`;
    }
    case "delivery":
      return `by the processor, when it delivered ${EXCEPTION_NAMES[writer.vector]?.[0] ?? `vector 0x${writer.vector.toString(16)}`}`;
    case "page-walk":
      return "by the processor, which noted in the page table that the page was used";
    case "kernel":
      return `by the kernel${event ? `, with ${event.says}` : ""}`;
    case "device":
      return "by a device";
    case "input":
      return `by hand (${input ?? "an input"})`;
  }
}
