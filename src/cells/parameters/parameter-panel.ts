/** The parameters of a cell, each with a slider and an exact number, or with a choice of words. */
import type { ChoiceParameter, NumberParameter, Parameter, ParameterValues } from "../scenarios/scenario.js";
import { keyedNumber, typedNumber } from "./bound-number.js";

export class ParameterPanel {
  readonly element = document.createElement("div");
  private readonly shows = new Map<string, (value: number | string) => void>();

  /** @param changed hears the name and the new value of what the reader changed */
  constructor(
    parameters: readonly Parameter[],
    private readonly changed: (name: string, value: number | string) => void,
  ) {
    this.element.className = "cell-parameters";
    this.element.hidden = parameters.length === 0;
    for (const parameter of parameters)
      this.element.append(parameter.kind === "number" ? this.number(parameter) : this.choice(parameter));
  }

  show(values: ParameterValues): void {
    for (const [name, value] of Object.entries(values)) this.shows.get(name)?.(value);
  }

  private number(parameter: NumberParameter): HTMLElement {
    const { name, least, most, step, unit } = parameter;
    const row = rowOf(parameter);
    const slider = document.createElement("input");
    slider.type = "range";
    Object.assign(slider, { min: String(least), max: String(most), step: String(step) });
    slider.setAttribute("aria-label", parameter.label);
    const field = document.createElement("input");
    field.type = "number";
    Object.assign(field, { min: String(least), max: String(most), step: "any" });
    field.setAttribute("aria-label", unit ? `${parameter.label}, in ${unit}` : parameter.label);
    let current = parameter.value;
    const show = (value: number | string) => {
      current = Number(value);
      slider.value = String(value);
      slider.setAttribute("aria-valuetext", `${value}${unit ? ` ${unit}` : ""}`);
      if (document.activeElement !== field || Number(field.value) !== current) field.value = String(value);
    };
    const choose = (value: number | undefined) => {
      const chosen = value ?? current;
      show(chosen);
      if (value !== undefined) this.changed(name, chosen);
    };
    slider.addEventListener("input", () => choose(Number(slider.value)));
    field.addEventListener("change", () => choose(typedNumber(parameter, field.value)));
    for (const input of [slider, field])
      input.addEventListener("keydown", (event) => {
        // Left and right move the caret in a field.
        if (input === field && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
        const value = keyedNumber(parameter, current, event);
        if (value === undefined) return;
        event.preventDefault();
        choose(value);
      });
    this.shows.set(name, show);
    show(parameter.value);
    row.append(slider, field, ...(unit ? [textOf(unit)] : []));
    return row;
  }

  private choice(parameter: ChoiceParameter): HTMLElement {
    const row = rowOf(parameter);
    const select = document.createElement("select");
    select.setAttribute("aria-label", parameter.label);
    select.append(...parameter.choices.map(({ value, label }) => new Option(label, value)));
    select.addEventListener("change", () => this.changed(parameter.name, select.value));
    this.shows.set(parameter.name, (value) => (select.value = String(value)));
    select.value = parameter.value;
    row.append(select);
    return row;
  }
}

function rowOf({ name, label, says }: Parameter): HTMLElement {
  const row = document.createElement("div");
  row.className = "parameter";
  row.dataset["ref"] = `parameter:${name}`;
  const words = textOf(label);
  words.className = "label";
  if (says) row.title = says;
  row.append(words);
  return row;
}

function textOf(text: string): HTMLSpanElement {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}
