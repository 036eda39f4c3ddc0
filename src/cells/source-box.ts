/**
 * The program text of a cell: first the listing as it is printed in the chapter, and an editor in its place as soon
 * as the reader wants to change it.
 */
import type { Problem } from "../views/machine-state.js";
import type { Editor, EditorEvents } from "./editor/editor.js";
import type { Language } from "./scenarios/scenario.js";

export interface SourceOptions {
  readonly language: Language;
  /** The program as printed. */
  readonly original: string;
  /** The element that shows it, until the editor takes its place. */
  readonly printed: HTMLElement;
  /** Where both live. */
  readonly parent: HTMLElement;
  /** Characters that there may be. */
  readonly longest: number;
}

export class SourceBox {
  private editor: Editor | undefined;
  private loading: Promise<Editor> | undefined;
  private current: string;
  private problems: readonly Problem[] = [];
  private currentLine: number | undefined;
  private litLines: readonly number[] = [];
  private stopLines: readonly number[] = [];
  /** The printed lines as the book has them. */
  private readonly prints: readonly ChildNode[];

  constructor(
    private readonly options: SourceOptions,
    private readonly events: EditorEvents,
  ) {
    const { printed, original } = options;
    this.current = original;
    this.prints = [...printed.childNodes];
    printed.addEventListener("click", (event) => {
      const inButton = event.target instanceof Element && event.target.closest("button");
      if (!inButton && !document.getSelection()?.toString()) void this.edit(true);
    });
    printed.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== this.scroller()) return;
      event.preventDefault();
      void this.edit(true);
    });
    this.nameLines();
  }

  get text(): string {
    return this.editor?.text ?? this.current;
  }

  /** Loads the editor, once, and puts it in place of the printed text. */
  async edit(focus: boolean): Promise<Editor> {
    this.loading ??= import("./editor/editor.js").then(({ createEditor }) =>
      this.replacePrinted(createEditor),
    );
    const editor = await this.loading;
    if (focus) editor.focus();
    return editor;
  }

  private async replacePrinted(create: typeof import("./editor/editor.js").createEditor): Promise<Editor> {
    const { parent, longest, language, printed } = this.options;
    const editor = await create({ parent, text: this.current, longest, language }, this.events);
    printed.hidden = true;
    this.editor = editor;
    editor.setProblems(this.problems);
    editor.setCurrentLine(this.currentLine);
    editor.setLitLines(this.litLines);
    editor.setStopLines(this.stopLines);
    return editor;
  }

  /** The original text again. */
  restore(): void {
    this.replace(this.options.original);
  }

  /** Another text; the focus stays where it is. */
  replace(text: string): void {
    if (text === this.text) return;
    this.current = text;
    if (this.editor) return this.editor.setText(text);
    const { printed, original } = this.options;
    printed.replaceChildren(...(text === original ? this.prints : [plainPrint(text)]));
    this.nameLines();
    this.currentLine = undefined;
  }

  async replaceLine(line: number, by: readonly string[]): Promise<void> {
    (await this.edit(false)).replaceLine(line, by);
  }

  setProblems(problems: readonly Problem[]): void {
    this.problems = problems;
    this.editor?.setProblems(problems);
  }

  /** Marks the line whose instruction comes next. */
  setCurrentLine(line: number | undefined): void {
    if (line === this.currentLine) return;
    this.currentLine = line;
    this.editor?.setCurrentLine(line);
    this.mark("current-line", line === undefined ? [] : [line]);
  }

  /** Lines that mean the thing to which the reader points. */
  setLitLines(lines: readonly number[]): void {
    if (lines.join() === this.litLines.join()) return;
    this.litLines = lines;
    this.editor?.setLitLines(lines);
    this.mark("lit", lines);
  }

  /** Lines at which runs stop. */
  setStopLines(lines: readonly number[]): void {
    this.stopLines = lines;
    this.editor?.setStopLines(lines);
    this.mark("stops-here", lines);
  }

  private printedLines(): HTMLElement[] {
    return [...this.options.printed.querySelectorAll<HTMLElement>(".line")];
  }

  /** Long lines are scrolled in it, by keys too. */
  private scroller(): HTMLElement | null {
    return this.options.printed.querySelector("pre");
  }

  private nameLines(): void {
    const scroller = this.scroller();
    if (scroller) {
      scroller.tabIndex = 0;
      scroller.setAttribute("role", "group");
      scroller.setAttribute("aria-label", "Program; Enter changes it");
    }
    this.printedLines().forEach((element, n) => {
      element.dataset["ref"] = `line:${n + 1}`;
    });
  }

  private mark(name: string, lines: readonly number[]): void {
    this.printedLines().forEach((element, n) => {
      element.classList.toggle(name, lines.includes(n + 1));
    });
  }
}

/** A text as the book prints one, but without colours. */
function plainPrint(text: string): HTMLElement {
  const pre = document.createElement("pre");
  const code = document.createElement("code");
  code.translate = false;
  text.split("\n").forEach((line, n) => {
    const span = document.createElement("span");
    span.className = "line";
    span.textContent = line;
    code.append(...(n === 0 ? [] : ["\n"]), span);
  });
  pre.append(code);
  return pre;
}
