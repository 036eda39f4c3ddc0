import { LANGUAGES } from "./languages.js";
import { compareLines } from "./run-table.js";

compareLines("languages", LANGUAGES);
