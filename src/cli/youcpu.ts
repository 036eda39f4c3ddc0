/** The command `youcpu`: picks the subcommand. */
import { asmCommand } from "./asm-command.js";
import { bootCommand } from "./boot-command.js";
import { disasmCommand } from "./disasm-command.js";
import { runCommand } from "./run-command.js";
import { traceCommand } from "./trace-command.js";

const COMMANDS: Readonly<Record<string, (words: readonly string[]) => number>> = {
  run: runCommand,
  trace: traceCommand,
  asm: asmCommand,
  disasm: disasmCommand,
  boot: bootCommand,
};

const HELP = `youcpu – a PC that one can read

  youcpu run [options] -- PROGRAM [ARGUMENT...]   runs a Linux program
  youcpu trace [options] -- PROGRAM [ARGUMENT...] runs it and tells everything that happens
  youcpu asm [options] FILE.s                     assembles
  youcpu disasm [options] FILE                    shows machine code as assembly
  youcpu boot [options] DISK                      switches the PC on, from reset on

  youcpu COMMAND --help tells more.
`;

function main(words: readonly string[]): number {
  const [name, ...rest] = words;
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command) return command(rest);
  const asked = name === "--help" || name === "-h" || name === "help";
  (asked ? process.stdout : process.stderr).write(
    asked || name === undefined ? HELP : `youcpu: there is no command ${name}\n\n${HELP}`,
  );
  return asked ? 0 : 2;
}

process.exitCode = main(process.argv.slice(2));
