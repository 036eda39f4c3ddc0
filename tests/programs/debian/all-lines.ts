/** The command lines of all tables. */
import { ARCHIVES } from "./archives.js";
import type { CommandLine } from "./command-line.js";
import { COREUTILS } from "./coreutils.js";
import { LANGUAGES } from "./languages.js";
import { SHELLS } from "./shells.js";
import { TEXT } from "./text.js";
import { TOOLCHAINS } from "./toolchains.js";

export const ALL_LINES: readonly CommandLine[] = [
  ...[...SHELLS, ...COREUTILS, ...TEXT],
  ...[...LANGUAGES, ...ARCHIVES, ...TOOLCHAINS],
];
