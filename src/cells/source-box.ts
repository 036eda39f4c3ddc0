/**
 * The program text of a cell: first the listing as it is printed in the chapter, and an editor in its place as soon
 * as the reader wants to change it.
 */
import type { Problem } from "../views/machine-state.js";
import type { Editor, EditorEvents } from "./editor.js";

export class SourceBox {
  private editor: Editor | undefined;
  private loading: Promise<Editor> | undefined;
  private current: string;
  private problems: readonly Problem[] = [];
  private currentLine: number | undefined;

  /**
   * @param original the program as printed
   * @param printed the element that shows it, until the editor takes its place
   * @param parent where both live
   */
  constructor(
    readonly original: string,
    private readonly printed: HTMLElement,
    private readonly parent: HTMLElement,
    private readonly longest: number,
    private readonly events: EditorEvents,
  ) {
    this.current = original;
    printed.addEventListener("click", (event) => {
      const inButton = event.target instanceof Element && event.target.closest("button");
      if (!inButton && !document.getSelection()?.toString()) void this.edit(true);
    });
  }

  get text(): string {
    return this.editor?.text ?? this.current;
  }

  get isEdited(): boolean {
    return this.text !== this.original;
  }

  /** Loads the editor, once, and puts it in place of the printed text. */
  async edit(focus: boolean): Promise<Editor> {
    this.loading ??= import("./editor.js").then(({ createEditor }) => this.replacePrinted(createEditor));
    const editor = await this.loading;
    if (focus) editor.focus();
    return editor;
  }

  private replacePrinted(create: typeof import("./editor.js").createEditor): Editor {
    const editor = create(this.parent, this.current, this.longest, this.events);
    this.printed.hidden = true;
    this.editor = editor;
    editor.setProblems(this.problems);
    editor.setCurrentLine(this.currentLine);
    return editor;
  }

  /** The original text again. */
  restore(): void {
    if (this.isEdited) this.editor?.setText(this.original);
  }

  /** Another text, in the editor; the focus stays where it is. */
  async replace(text: string): Promise<void> {
    if (this.editor === undefined) this.current = text;
    if (text !== this.text || this.editor === undefined) (await this.edit(false)).setText(text);
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
    this.printed.querySelectorAll(".line").forEach((element, n) => {
      element.classList.toggle("current-line", n + 1 === line);
    });
  }
}
