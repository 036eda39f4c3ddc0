/** `{{param c2.rr slice}}`: a number in the prose that the reader drags, types or steps, and that is a cell's parameter. */
import { setUpOf } from "../../cells/cell-attributes.js";
import { attributesText, type Book, PageMistake } from "./book.js";

/** The element, with the cell's own value as its text until it comes alive. */
export function printParameterNumber(cell: string, name: string, book: Book): string {
  const { attributes } = book.cell(cell);
  const value = setUpOf((attribute) => attributes.get(attribute) ?? null).parameters[name];
  if (value === undefined)
    throw new PageMistake(`{{param ${cell} ${name}}}: the cell’s scenario has no such parameter`);
  return `<param-number${attributesText({ cell, name })}>${value}</param-number>`;
}
