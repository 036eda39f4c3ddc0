/** Thrown while an instruction is translated that generated code cannot do: the evaluator does it then. */
export class Untranslatable {
  constructor(readonly what: string) {}
}
