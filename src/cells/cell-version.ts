/**
 * What stands in a cell now, beside what the book has put there: text and parameters. Keeps the reader's version across
 * visits, and tells which of both a visit begins with.
 */
import { keep } from "./keep/keep.js";
import {
  type CellDefault,
  defaultFingerprint,
  differing,
  forgetCell,
  type KeptCell,
  keepCell,
  keptCell,
} from "./keep/kept-cell.js";
import type { ParameterValues } from "./scenarios/scenario.js";

export class CellVersion {
  values: ParameterValues;
  /** A version that the reader made when the book had another one; offered, not used. */
  readonly stale: KeptCell | undefined;
  /** The reader's text from an earlier visit. */
  readonly keptText: string | undefined;
  private saidProblem = false;

  constructor(
    private readonly name: string,
    /** As in the book. */
    readonly original: CellDefault,
  ) {
    const found = name === "" ? undefined : keptCell(keep, name, original);
    this.stale = found?.stale ? found.kept : undefined;
    const own = found && !found.stale ? found.kept : undefined;
    this.keptText = own?.text;
    this.values = { ...original.parameters, ...this.known(own?.parameters ?? {}) };
  }

  /** By which a link sees whether it was made from the same version of the book. */
  get fingerprint(): string {
    return defaultFingerprint(this.original);
  }

  /** Parameters that are not the book's. */
  differing(): ParameterValues {
    return differing(this.values, this.original.parameters);
  }

  /** Without parameters that the cell does not have (any more). */
  known(values: ParameterValues): ParameterValues {
    return Object.fromEntries(Object.entries(values).filter(([name]) => name in this.original.parameters));
  }

  /** Keeps how it stands. Returns words for the reader, once, if it will be lost with the page. */
  keep(text: string): string | undefined {
    if (this.name === "") return undefined;
    if (keepCell(keep, this.name, { text, parameters: this.values }, this.original) || this.saidProblem)
      return undefined;
    this.saidProblem = true;
    return `What you change here stays as long as this page is open, and no longer: ${keep.problem}.`;
  }

  forget(): void {
    if (this.name !== "") forgetCell(keep, this.name);
  }
}
