/**
 * Stands for `machine/engine/translator.ts` in the book's worker: a translator whose code is fetched when something is to run.
 * Until it is there the evaluator does everything, which changes nothing but the speed.
 */
import type { Translator as Quick } from "../../machine/engine/translator.js";

let engine: typeof import("../../machine/engine/translator.js") | undefined;

/** Fetches the translator, once. */
export async function fetchTranslator(): Promise<void> {
  engine ??= await import("../../machine/engine/translator.js");
}

export class Translator implements Pick<Quick, "made" | "steps" | "sample" | "translateNow"> {
  private quick: Quick | undefined;

  constructor(...needs: ConstructorParameters<typeof Quick>) {
    this.make = () => engine && new engine.Translator(...needs);
  }

  private readonly make: () => Quick | undefined;

  private ready(): Quick | undefined {
    this.quick ??= this.make();
    return this.quick;
  }

  get made(): number {
    return this.quick?.made ?? 0;
  }

  get steps(): number {
    return this.quick?.steps ?? 0;
  }

  sample(): void {
    this.ready()?.sample();
  }

  translateNow(rip: bigint): boolean {
    return this.ready()?.translateNow(rip) ?? false;
  }
}
