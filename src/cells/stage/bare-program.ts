/** A cell's source, assembled and set alone on a processor. */
import type { Ring } from "../../views/machine-state.js";
import type { Load } from "../protocol.js";
import { assembleImage } from "./assemble-image.js";
import { bareStage } from "./bare-stage.js";
import type { StageResult } from "./stage.js";

/** The stage for the source of `load`, starting in `ring`. */
export function bareProgram({ program, limits }: Load, ring: Ring): StageResult {
  if (program.kind !== "source") throw new Error("only a source can run without a kernel");
  const assembled = assembleImage(program.text);
  return "problems" in assembled ? assembled : bareStage(assembled.image, ring, limits);
}
