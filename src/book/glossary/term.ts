/** A word of the book's glossary. */
export interface Term {
  /** As it stands in the prose. */
  readonly term: string;
  /** Other forms of it: plural, abbreviation, capital letter. */
  readonly also?: readonly string[];
  /** One or two sentences in Markdown, plain enough for somebody who never heard of it. */
  readonly says: string;
  /** The cell in which it can be seen. */
  readonly cell?: string;
}
