/**
 * The handlers that Linux has from the start, in its order: binfmt_misc puts itself first, so a registered magic can claim any
 * program; scripts come before ELF. Models fs/Makefile and the handlers' init functions.
 */
import { ElfFormat } from "./binfmt-elf.js";
import { MiscFormat } from "./binfmt-misc.js";
import { MiscRegistry } from "./binfmt-misc-registry.js";
import { ScriptFormat } from "./binfmt-script.js";
import { FormatChain } from "./formats.js";
import type { ScriptRule } from "./script.js";

/** @param rule what becomes of #! lines that are too long */
export function defaultFormats(registry = new MiscRegistry(), rule?: ScriptRule): FormatChain {
  return new FormatChain([new MiscFormat(registry), new ScriptFormat(rule), new ElfFormat()]);
}
