/**
 * What the whole machine keeps for running programs: the handlers, how much chance places them, the vDSO, and the failures that
 * somebody wants to see.
 */
import type { Errno } from "../abi/errno.js";
import { mountBinfmtMisc } from "../fs/binfmt-misc.js";
import type { FileSystem } from "../fs/file-system.js";
import { RandomPool } from "../fs/random-pool.js";
import { SettingFile } from "../fs/setting-file.js";
import { Setting } from "./address-layout.js";
import { defaultFormats } from "./default-formats.js";
import type { FormatChain } from "./formats.js";
import type { ScriptRule } from "./script.js";
import type { ExecStage } from "./stages.js";
import { Vdso } from "./vdso.js";

export interface ExecOptions {
  /** Stations of execve that shall fail, and with which errno. */
  failExec?: Readonly<Partial<Record<ExecStage, Errno>>>;
  /** How much of address spaces is random: 0 (the boot option norandmaps), 1, or 2 as usual. */
  randomizeVaSpace?: 0 | 1 | 2;
  /** False leaves the vDSO away (the boot option vdso=0). */
  vdso?: boolean;
  /** What becomes of #! lines that are too long. Default "5.1", today's rule. */
  scriptRule?: ScriptRule;
}

/** Facts of the machine that programs are told. */
export interface ExecFacts {
  readonly seed: number;
  /** Steps of the clock a second. */
  readonly stepsPerSecond: number;
  /** Seconds from 1970 to boot. */
  readonly bootTime: number;
}

/** So that addresses and other random bytes have nothing to do with each other. */
const LAYOUT_SEED = 0x61736c72;

export class ExecState {
  /** The handlers of program formats, in the order in which they are asked. */
  readonly formats: FormatChain;
  /** Stations of execve that shall fail, and with which errno. */
  fail: Readonly<Partial<Record<ExecStage, Errno>>> | undefined;
  /** /proc/sys/kernel/randomize_va_space. */
  readonly randomizeVaSpace: Setting;
  /** Where the chance of address spaces comes from. */
  readonly random: RandomPool;
  /** What programs call instead of the kernel, to read the time. */
  readonly vdso: Vdso | undefined;

  constructor(files: FileSystem, facts: ExecFacts, options: ExecOptions) {
    this.fail = options.failExec;
    this.formats = defaultFormats(mountBinfmtMisc(files), options.scriptRule);
    this.randomizeVaSpace = new Setting(options.randomizeVaSpace ?? 2);
    this.random = new RandomPool(facts.seed ^ LAYOUT_SEED);
    if (options.vdso ?? true) {
      const [stepsPerSecond, bootSeconds] = [
        BigInt(Math.floor(facts.stepsPerSecond)),
        BigInt(Math.floor(facts.bootTime)),
      ];
      this.vdso = new Vdso(files, { stepsPerSecond, bootSeconds });
    }
    if (files.find("/proc/sys/kernel"))
      files.put("/proc/sys/kernel/randomize_va_space", new SettingFile(files, this.randomizeVaSpace));
  }
}
