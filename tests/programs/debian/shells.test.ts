import { compareLines } from "./run-table.js";
import { SHELLS } from "./shells.js";

compareLines("shells", SHELLS);
