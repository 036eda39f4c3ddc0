/** Inputs as events. */
import type { EventTold } from "./event.js";
import type { WorldInput } from "./input.js";
import { formatReference } from "./reference-text.js";
import { printable } from "./worlds/machine-events.js";

/** What an input at time `t` is in the log. */
export function inputEvent(input: WorldInput, t: number): EventTold {
  switch (input.kind) {
    case "key":
      return arrived(t, "keyboard", `${input.key} goes ${input.down ? "down" : "up"}`);
    case "terminal":
      return arrived(t, "terminal", `typed: ${printable(input.bytes)}`);
    case "window-size":
      return arrived(t, "terminal", `the window has ${input.rows} rows and ${input.columns} columns`);
    case "end-of-input":
      return arrived(t, "terminal", "nothing more will come");
    case "serial":
      return arrived(t, "serial line", `received: ${printable(input.bytes)}`);
    case "nmi":
      return arrived(t, "nmi", "a non-maskable interrupt");
    case "bytes": {
      const hex = [...input.bytes.subarray(0, 16)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join(" ");
      const more = input.bytes.length > 16 ? " …" : "";
      const what = `${formatReference(input.place)} becomes ${hex}${more}`;
      return { t, kind: "edit", what, says: `by hand: ${what}`, reference: input.place };
    }
    case "value": {
      const what = `${formatReference(input.place)} becomes 0x${BigInt.asUintN(64, input.value).toString(16)}`;
      return { t, kind: "edit", what, says: `by hand: ${what}`, reference: input.place };
    }
    case "parameter": {
      const what = `${input.name} becomes ${input.value}`;
      const reference = { kind: "parameter", name: input.name } as const;
      return { t, kind: "edit", what, says: what, reference };
    }
  }
}

const arrived = (t: number, device: string, says: string): EventTold => ({ t, kind: "input", device, says });

/** An input in words, as a clause. */
export function inputWords(input: WorldInput): string {
  return inputEvent(input, 0).says.replace(/^by hand: /, "");
}
