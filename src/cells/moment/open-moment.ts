/**
 * What happens when the page's address carries a moment: the cell comes into view and says what the link would change. It
 * runs nothing before the reader agrees, and what the reader has made of the cell stays kept. Loaded only for such addresses.
 */
import { parseReference } from "../../trace/reference-text.js";
import { count, list, plural } from "../../views/numbers.js";
import type { LiveCell } from "../live-cell.js";
import { Notice } from "../notice.js";
import { readParameter } from "../scenarios/scenario.js";
import { readMomentText } from "./link.js";
import type { Moment } from "./moment.js";
import { applyEdit, type TextEdit } from "./text-edit.js";

/** Offers what the end of the address says. */
export async function openMoment(hash: string): Promise<void> {
  const read = await readMomentText(hash.replace(/^#/, ""));
  if ("problem" in read) return sayOnPage(`${read.problem.reason}. ${read.problem.nextStep}`);
  const { moment } = read;
  const cell = document.querySelector<LiveCell>(`live-cell[name="${CSS.escape(moment.cell)}"]`);
  if (!cell?.program)
    return sayOnPage(
      `This link is about a cell ${moment.cell}, which is not on this page. Perhaps it has moved to another chapter.`,
    );
  offer(cell, moment);
}

/** A word at the top of the page, where no cell is to say it. */
function sayOnPage(text: string): void {
  const notice = new Notice();
  const frame = document.createElement("div");
  frame.className = "cell page-notice";
  frame.append(notice.element);
  notice.show(text, [{ label: "All right", act: () => frame.remove() }]);
  document.body.append(frame);
}

function offer(cell: LiveCell, moment: Moment): void {
  const { program } = cell;
  const { version, notice } = program;
  const text = applyEdit(version.original.text, moment.edit);
  const wrong =
    text === undefined ? "it changes lines that the program does not have" : wrongParameter(cell, moment);
  cell.scrollIntoView({ block: "start" });
  if (text === undefined || wrong !== undefined)
    return notice.show(`A link led here, but it cannot be followed: ${wrong}.`, [
      { label: "All right", act: () => {} },
    ]);
  const isOther = moment.of !== version.fingerprint;
  if (isOther && moment.edit.length > 0)
    return notice.show(
      "A link led here that was made when the book had another program in this cell. Its changes do not fit any more.",
      [{ label: "All right", act: () => {} }],
    );
  const isScript = program.language === "js" && moment.edit.length > 0;
  const stale = isOther
    ? " It was made from another version of the book, so it may show something else."
    : "";
  notice.show(
    `A link led here. It ${list(whatItDoes(cell, moment))}.${stale}${isScript ? " Read its program before you run it." : ""}`,
    [
      { label: isScript ? "I have read it: show me" : "Show me", act: () => follow(cell, moment, text) },
      { label: "Leave everything as it is", act: () => {} },
    ],
    moment.edit.length > 0 ? changesOf(version.original.text, moment.edit, isScript) : undefined,
  );
}

/** Does what the reader has agreed to. */
function follow(cell: LiveCell, moment: Moment, text: string): void {
  const { program, machine } = cell;
  const mine = { text: cell.text, parameters: program.values };
  const changes = text !== mine.text || Object.keys(program.version.differing()).length > 0;
  program.visit({ text, parameters: moment.parameters });
  machine.reload({ resume: { inputs: moment.inputs, time: moment.time } });
  const lit = moment.lit === undefined ? undefined : parseReference(moment.lit);
  if (lit) cell.light(cell.aliasesOf(lit));
  if (changes)
    program.notice.show("This is what the link shows. Your own version is kept.", [
      { label: "Back to mine", act: () => program.use(mine) },
    ]);
}

function wrongParameter({ program }: LiveCell, { parameters }: Moment): string | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    const parameter = program.parameters.find((one) => one.name === name);
    if (!parameter) return `this cell has no parameter ${name}`;
    const read = readParameter(parameter, String(value));
    if ("wrong" in read) return `its ${parameter.label} is wrong: ${read.wrong}`;
  }
  return undefined;
}

/** Clauses after "It". */
function whatItDoes({ program }: LiveCell, { edit, parameters, inputs, time }: Moment): string[] {
  const lines = edit.reduce<number>(
    (sum, part) => sum + (typeof part === "string" ? 1 : Math.max(0, -part)),
    0,
  );
  return [
    ...(lines > 0 ? ["changes the program"] : []),
    ...Object.entries(parameters).map(([name, value]) => {
      const parameter = program.parameters.find((one) => one.name === name);
      const unit = parameter?.kind === "number" && parameter.unit ? ` ${parameter.unit}` : "";
      return `sets ${parameter?.label ?? name} to ${value}${unit}`;
    }),
    ...(inputs.length > 0 ? [`repeats ${plural(inputs.length, "thing")} that somebody did by hand`] : []),
    time > 0 ? `goes to the moment ${count(time)}` : "shows the beginning",
  ];
}

/** The changed lines, as a comparison of texts is usually written. */
function changesOf(original: string, edit: TextEdit, open: boolean): HTMLElement {
  const details = document.createElement("details");
  details.open = open;
  const summary = document.createElement("summary");
  summary.textContent = "What it changes";
  const pre = document.createElement("pre");
  pre.className = "changes";
  pre.tabIndex = 0;
  pre.translate = false;
  const lines = original.split("\n");
  let at = 0;
  for (const part of edit) {
    if (typeof part === "string") pre.append(changedLine("+", part));
    else if (part < 0) for (const line of lines.slice(at, at - part)) pre.append(changedLine("−", line));
    if (typeof part === "number") at += Math.abs(part);
  }
  details.append(summary, pre);
  return details;
}

function changedLine(sign: "+" | "−", line: string): HTMLElement {
  const made = document.createElement(sign === "+" ? "ins" : "del");
  made.textContent = `${sign} ${line}\n`;
  return made;
}
