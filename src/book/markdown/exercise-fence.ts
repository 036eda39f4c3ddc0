/**
 * An exercise, in a fence of four backticks, since it holds fences:
 *
 *     ````exercise name=x1.1 title="One byte"
 *     By changing one byte, turn …
 *
 *     ```asm live name=x1.1 …
 *     ```
 *
 *     hint:
 *     Where does it say “add”?
 *
 *     solution:
 *     In the middle of ModRM …
 *     ````
 *
 * What is right is decided by a check of the same name (`book/exercises`), from the run of the cell of the same name.
 * Without JavaScript hint and solution are folded text; with it the solution waits for a first try.
 */
import { knownWords, readInfoWords } from "../info-words.js";
import { attributesText, escapeHtml, PageMistake } from "./book.js";

export interface ExerciseText {
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly task: string;
  readonly hint: string;
  readonly solution: string;
}

/** Reads a fence `exercise`; undefined for any other. */
export function readExercise(info: string, content: string): ExerciseText | undefined {
  if (!/^exercise\b/.test(info.trim())) return undefined;
  const words = readInfoWords(info.trim().slice("exercise".length), knownWords(["name", "title"]));
  if (typeof words === "string") throw new PageMistake(words);
  const name = words.get("name");
  const title = words.get("title");
  const [, task, hint, solution] = /^([\s\S]*)^hint:\n([\s\S]*)^solution:\n([\s\S]*)$/m.exec(content) ?? [];
  if (!name || !title) throw new PageMistake("an exercise needs name=… and title=…");
  if (!task || !hint || !solution)
    throw new PageMistake(`exercise ${name} needs a task, then a line “hint:”, then a line “solution:”`);
  return { name, title, task, hint, solution };
}

/** @param render Markdown to HTML */
export function printExercise(exercise: ExerciseText, render: (markdown: string) => string): string {
  const { name, title, task, hint, solution } = exercise;
  return (
    `<book-exercise${attributesText({ name })}>` +
    `<h4><span class="exercise-number">Exercise ${escapeHtml(name.slice(1))}</span> ${escapeHtml(title)}</h4>` +
    `<div class="exercise-task">${render(task)}</div>` +
    `<details class="exercise-hint"><summary>Hint</summary>${render(hint)}</details>` +
    `<details class="exercise-solution"><summary>A solution</summary>${render(solution)}</details></book-exercise>\n`
  );
}
