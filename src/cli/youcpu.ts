/** The command `youcpu`: picks the subcommand. */
import { runCommand } from "./run-command.js";

const COMMANDS: Readonly<Record<string, (words: readonly string[]) => number>> = {
  run: runCommand,
};

const HELP = `youcpu – a PC that one can read

  youcpu run [options] -- PROGRAM [ARGUMENT...]   runs a Linux program

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
