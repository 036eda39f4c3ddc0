/**
 * The element `predict-question`: one click on what one expects, then the run, then the difference. What is right is not
 * written in the page: the cell's machine is asked when it has run. Leaves out: judging the reader; there are no points.
 */

import type { MachineState } from "../../views/machine-state.js";
import { isOver } from "../../views/outcome.js";
import { ask, FORMATS, isFormat } from "../state-query.js";
import { type BookCell, cellNamed, onState } from "./book-cell.js";
import { progress } from "./kept.js";

export class PredictQuestion extends HTMLElement {
  private buttons: HTMLButtonElement[] = [];
  private readonly verdict = document.createElement("p");
  private forget: (() => void) | undefined;

  connectedCallback(): void {
    if (this.buttons.length === 0) this.build();
    const { chose } = progress.of(this.key);
    if (chose !== undefined) this.press(chose);
  }

  disconnectedCallback(): void {
    this.forget?.();
  }

  private get key(): string {
    return `predict/${this.getAttribute("cell")}/${this.getAttribute("ask")}/${this.getAttribute("to") ?? ""}`;
  }

  private build(): void {
    const list = this.querySelector("ul")!;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Guess first");
    for (const item of list.querySelectorAll("li")) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset["value"] = item.dataset["value"]!;
      button.append(...item.childNodes);
      button.addEventListener("click", () => void this.choose(button.dataset["value"]!));
      item.append(button);
      this.buttons.push(button);
    }
    this.verdict.className = "predict-verdict";
    this.verdict.setAttribute("role", "status");
    list.after(this.verdict);
    const why = this.querySelector("summary");
    if (why) why.textContent = "Why?";
  }

  private press(value: string): void {
    for (const button of this.buttons)
      button.setAttribute("aria-pressed", String(button.dataset["value"] === value));
  }

  private async choose(value: string): Promise<void> {
    progress.note(this.key, { chose: value });
    this.press(value);
    this.verdict.textContent = "Let us see: the machine runs …";
    const cell = await cellNamed(this.getAttribute("cell")!);
    this.forget?.();
    this.forget = onState(cell, (state) => {
      if (!isOver(state.outcome) && state.outcome.kind !== "limit" && state.outcome.kind !== "tried") return;
      this.forget?.();
      this.judge(value, state);
    });
    this.run(cell);
  }

  private run(cell: BookCell): void {
    const from = this.getAttribute("from");
    cell.runFresh(from === null ? undefined : { from, to: this.getAttribute("to") ?? "" });
  }

  private judge(chosen: string, state: MachineState): void {
    const result = ask(state, this.getAttribute("ask")!);
    if ("problem" in result)
      return void (this.verdict.textContent = `The machine does not say: ${result.problem}.`);
    const format = this.getAttribute("as") ?? "plain";
    const actual = FORMATS[isFormat(format) ? format : "plain"](result.answer);
    const of = (value: string) =>
      this.buttons.find((button) => button.dataset["value"] === value)?.textContent ?? value;
    for (const button of this.buttons) button.classList.toggle("right", button.dataset["value"] === actual);
    this.verdict.textContent =
      chosen === actual
        ? `So it is: ${of(actual)}.`
        : `You expected: ${of(chosen)}. The machine says: ${of(actual)}.`;
    this.querySelector("details")!.open = true;
  }
}
