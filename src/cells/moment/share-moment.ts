/** Makes a link to what a cell shows now, copies it, and says how long it is. Loaded when first asked for. */
import { formatReference } from "../../trace/reference-text.js";
import { plural } from "../../views/numbers.js";
import { momentWords } from "../controls/timeline-bar.js";
import type { LiveCell } from "../live-cell.js";
import { momentText } from "./link.js";
import type { Moment } from "./moment.js";
import { editBetween } from "./text-edit.js";

/** Many programs that pass addresses on take this many characters. */
const SAFE_LENGTH = 2000;

/** The moment that a cell shows. */
export function momentOf(cell: LiveCell): Moment {
  const { program, machine, litThing } = cell;
  const { version } = program;
  return {
    cell: program.name,
    of: version.fingerprint,
    edit: editBetween(version.original.text, cell.text),
    parameters: version.differing(),
    ...machine.position,
    ...(litThing ? { lit: formatReference(litThing) } : {}),
  };
}

export async function shareMoment(cell: LiveCell): Promise<void> {
  const address = new URL(location.href);
  address.hash = await momentText(momentOf(cell));
  const link = address.href;
  const field = document.createElement("input");
  field.type = "text";
  field.readOnly = true;
  field.value = link;
  field.className = "link-field";
  field.setAttribute("aria-label", "The link");
  const copied = await copy(link);
  const state = cell.machine.state;
  const where = state?.timeline ? ` to ${momentWords(state)}` : "";
  const long = link.length > SAFE_LENGTH ? " It is so long that some programs will cut it off." : "";
  cell.program.notice.show(
    `${copied ? "Copied" : "Here is"} a link of ${plural(link.length, "character")}${where}.${long}`,
    [{ label: "Close", act: () => {} }],
    field,
  );
  field.select();
}

/** False where a page may not write to the clipboard. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
