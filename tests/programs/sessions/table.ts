/** Scripted sessions before a terminal: which program, and what the person before it does (see `drive.c` for the orders). */

export interface Session {
  readonly about: string;
  readonly program: readonly string[];
  readonly orders: readonly string[];
}

const BASH = ["bash", "--norc", "--noprofile", "-i"];
const DASH = ["dash", "-i"];
const BUSYBOX = ["busybox", "sh", "-i"];
/** The prompt, and a while for the shell to get ready to read. */
const PROMPT = ["wait $\\x20", "pause 60"];

/** Types a command and waits for the next prompt, behind `shows` if that is given. */
const run = (command: string, shows?: string): string[] => [
  `type ${command}\\r`,
  "wait \\n",
  ...(shows === undefined ? [] : [`wait ${shows}`]),
  ...PROMPT,
];
/** Begins something that keeps the terminal. */
const begin = (command: string): string[] => [`type ${command}\\r`, "pause 300"];
const press = (key: string, shows?: string): string[] => [
  `type ${key}`,
  ...(shows === undefined ? [] : [`wait ${shows}`]),
  ...PROMPT,
];
const END = ["type exit\\r"];

const session = (
  about: string,
  program: readonly string[],
  ...orders: (string | readonly string[])[]
): Session => ({
  about: `${program[0]}: ${about}`,
  program,
  orders: [PROMPT, ...orders, END].flat(),
});

export const SESSIONS: readonly Session[] = [
  ...[BASH, DASH, BUSYBOX].flatMap((shell) => [
    session(
      "a job is stopped, goes on in the background, comes back and is interrupted",
      shell,
      begin("sleep 100"),
      press("\\cz", "topped"),
      run("jobs"),
      run("bg"),
      run("jobs", "unning"),
      begin("fg"),
      press("\\cc"),
      run("echo status $?", "status"),
      run("jobs"),
    ),
    session(
      "a reader is stopped, and reads on in the foreground",
      shell,
      begin("cat"),
      ["type one\\r", "wait one\\r\\none"],
      press("\\cz", "topped"),
      begin("fg"),
      ["type two\\r", "wait two\\r\\ntwo"],
      press("\\cd"),
      run("echo status $?", "status"),
    ),
    session(
      "a reader in the background is stopped",
      shell,
      run("(sleep 0.3; exec cat) &"),
      ["pause 900"],
      run("echo"),
      run("jobs", "cat"),
      begin("fg"),
      ["type line\\r", "wait line\\r\\nline"],
      press("\\cd"),
    ),
    session(
      "with tostop a writer in the background is stopped, too",
      shell,
      run("stty tostop"),
      run("(sleep 0.1; echo from behind) &"),
      ["pause 600"],
      run("jobs", "topped"),
      begin("fg"),
      ["wait from behind\\r\\n"],
      PROMPT,
    ),
    session(
      "a pipeline is one job",
      shell,
      begin("sleep 100 | cat"),
      press("\\cz", "topped"),
      run("kill -9 %1 && sleep 0.3 | cat"),
      run("jobs; echo all gone", "all gone"),
    ),
    session("an interrupt drops the line", shell, press("echo not this\\cc"), run("echo this", "this")),
    session("quitting", shell, begin("sleep 100"), press("\\x1c"), run("echo status $?", "status")),
    session(
      "who still has stopped jobs is asked again",
      shell,
      begin("sleep 100"),
      press("\\cz", "topped"),
      run("exit"),
    ),
    session("the size of the window", shell, run("stty size"), ["size 40 132"], run("stty size", "40 132")),
    session(
      "a trap sees the interrupt",
      shell,
      run("trap 'echo trapped' INT"),
      ["type \\cc", "pause 200", "type \\r", "pause 200"],
      run("trap - INT; echo reset", "reset"),
    ),
    session("reading a line", shell, begin('read x y; echo "[$y]"'), ["type a b c\\r", "wait [b c]"], PROMPT),
  ]),
  session(
    "jobs by number and by name, and changing between them",
    BASH,
    begin("sleep 100"),
    press("\\cz", "topped"),
    begin("sleep 200"),
    press("\\cz", "topped"),
    run("jobs"),
    run("bg %1"),
    begin("fg %2"),
    press("\\cz", "topped"),
    run("kill -9 %1 %2 && sleep 0.3 | cat"),
    run("jobs"),
  ),
  session(
    "a stopped job that is disowned",
    BASH,
    begin("sleep 100"),
    press("\\cz", "topped"),
    run("kill -9 %1; disown %1; jobs; echo none", "none"),
  ),
  session(
    "editing a line",
    BASH,
    run("echo wrong\\x17right\\x01\\x05 !\\x7f.", "right ."),
    run("echo a\\tb", "b"),
  ),
  session("history", BASH, run("echo first"), ["type \\x10"], run("X", "firstX")),
  session(
    "the shell itself is stopped by SIGSTOP and goes on",
    BASH,
    run("(sleep 1; kill -CONT $$; sleep 1) & kill -STOP $$; wait; echo back", "back"),
  ),
  session(
    "a shell in a shell has its own jobs",
    BASH,
    run("dash -i"),
    begin("sleep 100"),
    press("\\cz", "topped"),
    run("jobs"),
    run("exit"),
    run("exit"),
    run("jobs; echo outer", "outer"),
  ),
  session(
    "output stops and goes on",
    BASH,
    begin("sleep 0.3; seq 3"),
    ["type \\cs", "pause 600", "type \\cq", "wait 3\\r\\n"],
    PROMPT,
  ),
  {
    about: "bash: when the terminal is gone, so is what ran on it",
    program: BASH,
    orders: [...PROMPT, ...begin("sleep 100"), "hangup"],
  },
];
