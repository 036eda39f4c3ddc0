/** The words of `youcpu run`: what they mean and what is wrong with them. */

import { parseArgs } from "node:util";
import { INIT_ENVIRONMENT, INIT_PATHS } from "../kernel/boot/init.js";
import { ENGINES, type Engine } from "../machine/machine.js";
import { MEMORY_HELP, MEMORY_WORDS, type MemoryOptions, memoryOptions } from "./memory-options.js";
import { parseCount, parseSize } from "./option-numbers.js";
import {
  SCHEDULING_HELP,
  SCHEDULING_WORDS,
  type SchedulingOptions,
  schedulingOptions,
} from "./scheduling-options.js";
import { UsageError } from "./usage-error.js";

export interface RunOptions {
  /** Empty only with `init`, when the kernel shall look for one. */
  program: string;
  arguments: string[];
  /** Host folder or tar file that becomes the guest's root. */
  root: string | undefined;
  cwd: string;
  environment: string[];
  /** Bytes that the guest can write to files. */
  disk: number;
  /** Bytes. */
  ram: number;
  memory: MemoryOptions;
  /** The program is process 1 of a whole system. */
  init: boolean;
  /** The program is on a terminal; undefined when it is if the command is. */
  tty: boolean | undefined;
  maxInstructions: number;
  engine: Engine;
  strace: string | undefined;
  stats: string | undefined;
  schedule: string | undefined;
  scheduling: SchedulingOptions;
}

/** Options of all commands that run a program. */
export const GUEST_HELP = `\
  PROGRAM with a slash is a file of yours, copied to the guest's /tmp; with --root it is a path
  of the guest. Without a slash it is looked up in the guest's PATH.

  --root DIR|FILE.tar     the guest's root; read when needed, never written
  --cwd PATH              the guest's working directory (default /)
  --env NAME=VALUE        an environment variable; may be repeated
  --disk SIZE             room for what the guest writes (default 256M)
  --ram SIZE              memory, for example 64M or 1G (default 256M)
${MEMORY_HELP}
  --max-instructions N    stop after N instructions with exit code 124
  --engine NAME           auto, evaluator or translator: shows in nothing but speed
${SCHEDULING_HELP}`;

export const RUN_HELP = `youcpu run – runs a Linux program on the machine

  youcpu run [options] -- PROGRAM [ARGUMENT...]
  youcpu run [options] --init [-- PROGRAM [ARGUMENT...]]

${GUEST_HELP}
  --init                  PROGRAM is process 1 of a whole system: orphans become its children, no
                          signal ends it that it has no handler for, and when it ends the kernel
                          panics; without PROGRAM the first of ${INIT_PATHS.slice(0, 2).join(", ")},
                          ${INIT_PATHS.slice(2).join(" and ")} that can be run
  --tty, --no-tty         whether the program is on a terminal, which is yours: keys reach it as they are
                          pressed, and sleeping takes as long as it says. Without these words it is
                          when standard input and output are terminals. Ctrl-] twice switches off.
  --strace FILE           one line a system call, as strace prints it
  --stats FILE            counters as JSON
  --schedule FILE         who had the CPU when and who waited, with the measures of it, as JSON

  Exit code: the program's own; 128 + n for death by signal n; 127 not found; 126 not executable;
  124 when --max-instructions ran out; 125 when every process waits for ever; 123 when the kernel
  panics; 0 when a program switches the machine off; 2 for wrong use.
`;

const DEFAULT_ENVIRONMENT = [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "HOME=/root",
];
const SMALLEST_RAM = 4 << 20;
const LARGEST_RAM = 2 ** 31;
const LARGEST_DISK = 2 ** 34;

/** TERM is what the host's terminal understands. */
export function withTerminalName(environment: readonly string[], name = process.env["TERM"]): string[] {
  const has = environment.some((setting) => setting.startsWith("TERM="));
  return has ? [...environment] : [...environment, `TERM=${name ?? "dumb"}`];
}

/** Reads the words after `run`, or after another command that runs a program. Throws UsageError. */
export function parseRunOptions(words: readonly string[], command = "run"): RunOptions | "help" {
  const { values, positionals } = parse(words);
  if (values.help) return "help";
  const [program = "", ...rest] = positionals;
  const init = values.init ?? false;
  if (program === "" && !init) throw new UsageError(`no PROGRAM given; try: youcpu ${command} -- ./hello`);
  const engine = values.engine ?? "auto";
  if (!isEngine(engine)) throw new UsageError(`--engine ${engine}: use ${ENGINES.join(", ")}`);
  return {
    program,
    arguments: rest,
    root: values.root,
    cwd: values.cwd ?? "/",
    environment: mergeEnvironment(values.env ?? [], init ? INIT_ENVIRONMENT : DEFAULT_ENVIRONMENT),
    disk: parseSize("disk", values.disk ?? "256M", 0, LARGEST_DISK),
    ram: parseSize("ram", values.ram ?? "256M", SMALLEST_RAM, LARGEST_RAM),
    memory: memoryOptions(values),
    init,
    tty: values.tty ? true : values["no-tty"] ? false : undefined,
    maxInstructions:
      values["max-instructions"] === undefined
        ? Number.POSITIVE_INFINITY
        : parseCount("max-instructions", values["max-instructions"], 1),
    engine,
    strace: values.strace,
    stats: values.stats,
    schedule: values.schedule,
    scheduling: schedulingOptions(values),
  };
}

const isEngine = (name: string): name is Engine => (ENGINES as readonly string[]).includes(name);

const OPTIONS = {
  help: { type: "boolean", short: "h" },
  root: { type: "string" },
  cwd: { type: "string" },
  env: { type: "string", multiple: true },
  disk: { type: "string" },
  ram: { type: "string" },
  init: { type: "boolean" },
  tty: { type: "boolean" },
  "no-tty": { type: "boolean" },
  "max-instructions": { type: "string" },
  engine: { type: "string" },
  strace: { type: "string" },
  stats: { type: "string" },
  schedule: { type: "string" },
  ...MEMORY_WORDS,
  ...SCHEDULING_WORDS,
} as const;

function parse(words: readonly string[]) {
  // Options end at PROGRAM, so that its own options are not taken for ours.
  const end = firstPositional(words);
  try {
    const { values } = parseArgs({
      args: words.slice(0, end),
      options: OPTIONS,
      strict: true,
    });
    return { values, positionals: words.slice(words[end] === "--" ? end + 1 : end) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Options that are said by their name alone. */
export const FLAGS: readonly string[] = [
  "-h",
  ...Object.entries(OPTIONS).flatMap(([name, { type }]) => (type === "boolean" ? [`--${name}`] : [])),
];

/** Where the options end: at `--` or PROGRAM. */
export function firstPositional(words: readonly string[], flags = FLAGS): number {
  for (let n = 0; n < words.length; n++) {
    const word = words[n]!;
    if (word === "--" || !word.startsWith("-")) return n;
    if (!flags.includes(word) && !word.includes("=")) n++;
  }
  return words.length;
}

/** Later settings of a name replace earlier ones. */
function mergeEnvironment(given: readonly string[], usual: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const setting of [...usual, ...given]) {
    const at = setting.indexOf("=");
    if (at <= 0) throw new UsageError(`--env ${setting}: NAME=VALUE is needed`);
    merged.set(setting.slice(0, at), setting);
  }
  return [...merged.values()];
}
