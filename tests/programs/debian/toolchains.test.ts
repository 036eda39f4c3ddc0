import { compareLines } from "./run-table.js";
import { TOOLCHAINS } from "./toolchains.js";

compareLines("toolchains", TOOLCHAINS);
