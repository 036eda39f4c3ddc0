/** Input fields that show the machine's value, and are left alone while the reader types in them. */

/** Shows `text` unless the reader is typing in this field. */
export function showTyped(input: HTMLInputElement, text: string): void {
  if (input !== input.ownerDocument.activeElement) input.value = text;
}
