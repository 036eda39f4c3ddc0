import { compareLines } from "./run-table.js";
import { TEXT } from "./text.js";

compareLines("text", TEXT);
