/** `{{param c2.rr slice}}`: a number in the prose that the reader drags, types or steps, and that is a cell's parameter. */
import { attributesText, type Book, PageMistake } from "./book.js";

/** The element, with the cell's own value as its text until it comes alive. */
export function printParameterNumber(cell: string, name: string, book: Book): string {
  const value = book.cell(cell).attributes.get(`param-${name}`);
  if (value === undefined)
    throw new PageMistake(`{{param ${cell} ${name}}}: the cell's fence sets no param-${name}`);
  return `<param-number${attributesText({ cell, name })}>${value}</param-number>`;
}
