/**
 * From one text to another as a short list: how many lines stay, how many go, which come. For links, which carry only
 * what differs from the book. Finds a shortest list for texts that people edit, and a plain one where that would be slow.
 *
 *     [12, -1, "    add ebx, 11"]     twelve lines stay, one goes, one comes, the rest stays
 */

/** A positive number: lines that stay. A negative one: lines that go. A text: a line that comes. */
export type TextEdit = readonly (number | string)[];

/** Above this many pairs of lines the middle is replaced as a whole. */
const MOST_PAIRS = 1 << 20;

/** How to make `to` out of `from`; empty when they are equal. */
export function editBetween(from: string, to: string): TextEdit {
  const [before, after] = [from.split("\n"), to.split("\n")];
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const middle = middleEdit(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return middle.length === 0 ? [] : joined([head, ...middle]);
}

/** `text` after `edit`, or undefined if the edit is not one of this text. */
export function applyEdit(text: string, edit: TextEdit): string | undefined {
  const lines = text.split("\n");
  const made: string[] = [];
  let at = 0;
  for (const part of edit) {
    if (typeof part === "string") made.push(part);
    else if (at + Math.abs(part) > lines.length || !Number.isInteger(part)) return undefined;
    else {
      if (part > 0) made.push(...lines.slice(at, at + part));
      at += Math.abs(part);
    }
  }
  return [...made, ...lines.slice(at)].join("\n");
}

function middleEdit(before: readonly string[], after: readonly string[]): (number | string)[] {
  if (before.length * after.length > MOST_PAIRS) return [-before.length, ...after];
  const common = longestCommon(before, after);
  const edit: (number | string)[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const [right = 0, down = 0] = [common[i + 1]?.[j], common[i]?.[j + 1]];
    if (i < before.length && j < after.length && before[i] === after[j]) {
      edit.push(1);
      i++;
      j++;
    } else if (i < before.length && (j === after.length || right >= down)) {
      edit.push(-1);
      i++;
    } else edit.push(after[j++]!);
  }
  return edit;
}

/** Entry [i][j]: how many lines the rests from i and j on have in common, in order. */
function longestCommon(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      rows[i]![j] =
        before[i] === after[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
  return rows;
}

/** Numbers of the same sign side by side become one; what stays at the end is left out. */
function joined(edit: readonly (number | string)[]): TextEdit {
  const made: (number | string)[] = [];
  for (const part of edit) {
    const last = made[made.length - 1];
    if (part === 0) continue;
    if (typeof part === "number" && typeof last === "number" && part > 0 === last > 0)
      made[made.length - 1] = last + part;
    else made.push(part);
  }
  while (typeof made[made.length - 1] === "number" && (made[made.length - 1] as number) > 0) made.pop();
  return made;
}
