/** From a load to a stage: which setting, and the program on it. */
import type { Load, SettingName } from "../protocol.js";
import { assembleImage } from "./assemble-image.js";
import { bareStage } from "./bare-stage.js";
import type { StageResult } from "./stage.js";

/** The kernel is large; what needs none does not load it. */
let kernel: typeof import("./kernel-stage.js") | undefined;

/** Loads the code that a setting needs; must precede `makeStage`. */
export async function prepareSetting(setting: SettingName): Promise<void> {
  if (setting === "kernel") kernel ??= await import("./kernel-stage.js");
}

/** Makes the machine that `load` describes, with its program, about to execute its first instruction. */
export function makeStage(load: Load): StageResult {
  const { program, setting, limits } = load;
  if (setting === "kernel") {
    if (!kernel) throw new Error("prepareSetting was not called");
    return kernel.kernelStage(program, limits);
  }
  if (program.kind !== "source") throw new Error(`a file cannot run in the setting ${setting}`);
  const assembled = assembleImage(program.text);
  if ("problems" in assembled) return assembled;
  return bareStage(assembled.image, setting === "gates" ? 3 : 0, limits);
}
