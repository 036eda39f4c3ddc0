/**
 * The element `param-number`: a number in the prose that is a parameter of a cell, in both directions. It can be typed,
 * stepped by keys, and dragged sideways. Attributes: `cell`, `name`; its text is what stands there without JavaScript.
 */
import { isLiveCell, PARAMETER_EVENT, type ParameterChange } from "../cell-events.js";
import type { NumberParameter, Parameter } from "../scenarios/scenario.js";
import { keyedNumber, makeDraggable, typedNumber } from "./bound-number.js";

export class ParamNumber extends HTMLElement {
  private readonly field = document.createElement("input");
  private parameter: NumberParameter | undefined;
  private value = 0;

  connectedCallback(): void {
    if (!this.field.isConnected) this.build();
    document.addEventListener(PARAMETER_EVENT, this.heard);
    this.bind();
  }

  disconnectedCallback(): void {
    document.removeEventListener(PARAMETER_EVENT, this.heard);
  }

  private build(): void {
    const { field } = this;
    this.value = Number(this.textContent);
    field.type = "text";
    field.inputMode = "decimal";
    field.autocomplete = "off";
    field.spellcheck = false;
    field.setAttribute("role", "spinbutton");
    field.addEventListener("change", () => this.choose(typedNumber(this.bound, field.value)));
    field.addEventListener("keydown", (event) => this.key(event));
    makeDraggable(
      field,
      () => this.parameter,
      () => this.value,
      (value) => this.choose(value),
    );
    this.translate = false;
    this.dataset["cell"] = this.getAttribute("cell") ?? "";
    this.dataset["ref"] = `parameter:${this.getAttribute("name") ?? ""}`;
    this.replaceChildren(field);
    this.show(this.value);
  }

  /** Finds the cell, which may come later in the page than this. */
  private bind(): void {
    const name = this.getAttribute("name") ?? "";
    const cell = document.querySelector(`live-cell[name="${CSS.escape(this.getAttribute("cell") ?? "")}"]`);
    if (!cell || !isLiveCell(cell)) return;
    const parameter = cell.parameters.find((one) => one.name === name);
    if (parameter) this.follow(parameter, cell.parameterValue(name) ?? parameter.value);
  }

  private follow(parameter: Parameter, value: number | string): void {
    if (parameter.kind !== "number") return;
    this.parameter = parameter;
    const { label, unit, least, most } = parameter;
    this.field.setAttribute("aria-label", label);
    this.field.setAttribute("aria-valuemin", String(least));
    this.field.setAttribute("aria-valuemax", String(most));
    this.field.title = `${label}${unit ? `, in ${unit}` : ""}: drag it, type, or use the arrow keys`;
    this.show(Number(value));
  }

  private readonly heard = (event: Event): void => {
    const { cell, name, value } = (event as CustomEvent<ParameterChange>).detail;
    if (cell !== this.getAttribute("cell") || name !== this.getAttribute("name")) return;
    if (!this.parameter) this.bind();
    this.show(Number(value));
  };

  private show(value: number): void {
    const { field } = this;
    this.value = value;
    field.value = String(value);
    field.style.width = `${field.value.length + 0.6}ch`;
    field.setAttribute("aria-valuenow", String(value));
    if (this.parameter?.unit) field.setAttribute("aria-valuetext", `${value} ${this.parameter.unit}`);
  }

  /** Until the cell is there, nothing is out of bounds. */
  private get bound(): NumberParameter {
    return this.parameter ?? UNBOUND;
  }

  private key(event: KeyboardEvent): void {
    if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    const value = keyedNumber(this.bound, this.value, event);
    if (value === undefined) return;
    event.preventDefault();
    this.choose(value);
  }

  private choose(value: number | undefined): void {
    this.show(value ?? this.value);
    const cell = document.querySelector(`live-cell[name="${CSS.escape(this.getAttribute("cell") ?? "")}"]`);
    if (value !== undefined && cell && isLiveCell(cell))
      cell.setParameter(this.getAttribute("name") ?? "", value);
  }
}

const UNBOUND: NumberParameter = {
  ...{ kind: "number", name: "", label: "", applies: "restart", value: 0, step: 1 },
  ...{ least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY },
};
