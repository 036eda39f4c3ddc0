import { ARCHIVES } from "./archives.js";
import { compareLines } from "./run-table.js";

compareLines("archives", ARCHIVES);
