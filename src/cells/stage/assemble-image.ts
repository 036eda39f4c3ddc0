import type { Problem } from "../../views/machine-state.js";
import type { ProgramImage } from "./program-image.js";
export function assembleImage(_text: string): { image: ProgramImage } | { problems: Problem[] } { throw new Error(); }
