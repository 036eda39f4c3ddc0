/** The `#!` line, against the kernel under us: the same scripts at the same paths, natively and in the guest. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errnoName } from "../../src/kernel/abi/errno.js";
import { hasCommand } from "./oracles.js";
import { runGuest } from "./run-guest.js";

const FOLDER = "/tmp/you-in-cpu-scripts";
const SHOW = `${FOLDER}/show`;
const program = join(import.meta.dirname, "fixtures", "arguments");

/** Calls execve itself, since libraries try a shell when it says ENOEXEC. Exit status 200 and the errno when it fails. */
const EXECUTE = `#include <errno.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) { char *none[] = {0}; execve(argv[1], argv + 1, none); fprintf(stderr, "%d", errno); return 200; }`;

const long = (length: number) => `${FOLDER}/${"./".repeat(200)}`.slice(0, length);
const SCRIPTS: Readonly<Record<string, string>> = {
  plain: `#!${SHOW}\n`,
  argument: `#!${SHOW} one two  three \t\nbody`,
  "blanks before": `#! \t ${SHOW}\t-x\n`,
  "no newline": `#!${SHOW}`,
  "no newline, argument": `#!${SHOW} last`,
  "carriage return": `#!${SHOW} a\r\n`,
  nothing: "#!\n",
  "only blanks": "#!  \t \n",
  "empty after": "#!",
  "missing interpreter": "#!/nowhere/at/all\n",
  "a directory": "#!/tmp\n",
  relative: "#!show relative\n",
  "NUL in the name": `#!${SHOW}\0rest\n`,
  "NUL in the argument": `#!${SHOW} ar\0gument\n`,
  "argument cut at 256 bytes": `#!${SHOW} ${"x".repeat(400)}\n`,
  "name cut at 256 bytes": `#!${long(300)}show\n`,
  "name that just fits": `#!${`${FOLDER}/${"./".repeat(120)}`.slice(0, 248)}/show\n`,
  nested: `#!${FOLDER}/argument inner\n`,
  text: "no script at all\n",
  loop: `#!${FOLDER}/loop\n`,
  "level 1": `#!${SHOW} 1\n`,
  ...Object.fromEntries([2, 3, 4, 5, 6, 7].map((n) => [`level-${n}`, `#!${FOLDER}/level-${n - 1} ${n}\n`])),
  "level-1": `#!${SHOW} 1\n`,
};

describe.skipIf(!hasCommand("gcc"))("a script", () => {
  beforeAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER);
    copyFileSync(program, SHOW);
    chmodSync(SHOW, 0o755);
    execFileSync("gcc", ["-x", "c", "-o", `${FOLDER}/execute`, "-"], { input: EXECUTE });
    for (const [name, text] of Object.entries(SCRIPTS))
      writeFileSync(`${FOLDER}/${name}`, text, { mode: 0o755 });
  });
  afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

  it.each(Object.keys(SCRIPTS))("is run or refused as on Linux: %s", (name) => {
    const argv = [`${FOLDER}/${name}`, "given", ""];
    const native = spawnSync(`${FOLDER}/execute`, argv, { cwd: FOLDER });
    const files = Object.fromEntries(
      Object.entries(SCRIPTS).map(([file, text]) => [`${FOLDER}/${file}`, Buffer.from(text, "latin1")]),
    );
    const guest = runGuest({
      files: { ...files, [SHOW]: readFileSync(program) },
      path: argv[0]!,
      argv,
      cwd: FOLDER,
    });
    const refusal = /^refused: -(\d+)$/.exec(String(guest.status))?.[1];
    const expected = native.status === 200 ? errnoName(Number(native.stderr.toString())) : native.status;
    expect({ outcome: refusal ? errnoName(Number(refusal)) : guest.status, stdout: guest.stdout }).toEqual({
      outcome: expected,
      stdout: native.stdout.toString(),
    });
  });
});
