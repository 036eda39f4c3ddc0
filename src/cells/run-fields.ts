/** Parts of the element `run-program` without behaviour: its fields and its counters. */

/** A row of a list of counters. */
export function statisticOf(name: string, value: string): HTMLElement {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const definition = document.createElement("dd");
  term.textContent = name;
  definition.textContent = value;
  row.append(term, definition);
  return row;
}

/** A field for one line, or for several, in its label. */
export function textField<K extends "input" | "textarea">(
  label: string,
  kind: K,
): { label: HTMLLabelElement; field: HTMLElementTagNameMap[K] } {
  const made = document.createElement("label");
  const field = document.createElement(kind);
  if (field instanceof HTMLInputElement) field.type = "text";
  else (field as HTMLTextAreaElement).rows = 3;
  field.setAttribute("spellcheck", "false");
  field.setAttribute("autocomplete", "off");
  made.append(label, field);
  return { label: made, field };
}
