import type { Limits, Program } from "../protocol.js";
import type { StageResult } from "./stage.js";
export function kernelStage(_p: Program, _l: Limits): StageResult { throw new Error(); }
