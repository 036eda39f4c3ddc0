/** What a reader can ask of a cell: by a button, from the menu, or by a key. */

export type Command =
  | "run"
  | "stop"
  | "step"
  | "back"
  | "beat"
  | "reset"
  | "edit"
  | "words"
  | "share"
  | "export"
  | "compare"
  | "help";

export interface CommandWords {
  readonly command: Command;
  readonly label: string;
  /** A single key, which counts only inside of the cell and outside of its fields. */
  readonly key: string;
  /** After "it will": for the hint and the help. */
  readonly says: string;
  /** Stands in the menu, not in the row of buttons. */
  readonly inMenu?: true;
}

/** All commands in the order of their buttons. */
export const COMMANDS: readonly CommandWords[] = [
  { command: "run", label: "Run", key: "r", says: "run, or go on" },
  { command: "stop", label: "Pause", key: "x", says: "stop where it is" },
  { command: "back", label: "Back", key: "u", says: "one step back" },
  { command: "step", label: "Step", key: "s", says: "one step (F10 in the editor too)" },
  { command: "beat", label: "Beat", key: "b", says: "one beat: fetch, decode, execute" },
  {
    command: "reset",
    label: "Reset",
    key: "0",
    says: "fresh machine; pressed again: the book’s own version",
  },
  {
    command: "edit",
    label: "Edit",
    key: "e",
    says: "change the program (a click in it does the same)",
    inMenu: true,
  },
  { command: "words", label: "Words", key: "w", says: "show what the pictures say in words", inMenu: true },
  { command: "compare", label: "Compare", key: "c", says: "run beside the book’s own version", inMenu: true },
  { command: "share", label: "Link", key: "l", says: "copy a link to this moment", inMenu: true },
  {
    command: "export",
    label: "Export",
    key: "d",
    says: "download the run, one line of JSON an event",
    inMenu: true,
  },
  {
    command: "help",
    label: "Keys",
    key: "?",
    says: "all keys, and the signs on the line of time",
    inMenu: true,
  },
];

/** The words of a command. */
export function wordsOf(command: Command): CommandWords {
  const found = COMMANDS.find((one) => one.command === command);
  if (!found) throw new Error(`no command ${command}`);
  return found;
}

/** The command that a key means, if it does not go into a field. */
export function commandOfKey(event: KeyboardEvent, singleKeys: boolean): Command | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "F8") return "run";
  if (event.key === "F10") return event.shiftKey ? "back" : "step";
  const target = event.target as HTMLElement;
  if (!singleKeys || isField(target)) return undefined;
  return COMMANDS.find(({ key }) => key === event.key)?.command;
}

function isField(element: HTMLElement): boolean {
  return (
    element.isContentEditable ||
    ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) ||
    element.closest("[data-takes-keys]") !== null
  );
}
