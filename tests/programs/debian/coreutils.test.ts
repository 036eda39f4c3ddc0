import { COREUTILS } from "./coreutils.js";
import { compareLines } from "./run-table.js";

compareLines("coreutils", COREUTILS);
