// Builds the fixtures with gcc and records what each does on the real machine, in fixtures/manifest.json.
// Run by hand when a fixture changes: node tests/programs/record.mjs
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "fixtures");
const BARE =
  "gcc -Os -static -nostdlib -fno-stack-protector -fno-builtin -fno-asynchronous-unwind-tables -fno-pie -no-pie -Wl,--build-id=none -Wl,-z,noseparate-code -s";
const GLIBC = "gcc -O2 -static -s";
// Small enough to be served by the book.
const MUSL = "musl-gcc -Os -static -s";

const fixtures = {
  hello: [BARE, [[]]],
  arguments: [BARE, [[], ["3", "two words", ""]]],
  "copy-on-write": [BARE, [[]]],
  pipe: [BARE, [[]]],
  preemption: [BARE, [[]]],
  faults: [BARE, [[]]],
  gates: [BARE, [[]]],
  memory: [BARE, [[]]],
  files: [BARE, [[]]],
  doubles: [BARE, [[]]],
  exec: [BARE, [[]]],
  wrappers: [MUSL, [["exit"], ["_exit"], ["flush"], ["write"], ["clock"]]],
  // What it prints is time, and another one on each machine.
  "entry-costs": [MUSL, []],
  tour: [
    GLIBC,
    [
      ["hello"],
      ["environment", "a", "b c"],
      ["files"],
      ["memory"],
      ["recursion"],
      ["sorting"],
      ["forking"],
      ["piping"],
      ["floating"],
      [],
    ],
  ],
};

const compiler = execFileSync("gcc", ["--version"], { encoding: "utf8" }).split("\n")[0];
// The first two are what `youcpu run` gives every program.
const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  BOOK: "You in CPU",
  LANG: "C",
};
const manifest = Object.entries(fixtures).map(([name, [command, runs]]) => {
  const full = `${command} -o ${name} ${name}.c`;
  execFileSync("sh", ["-c", full], { cwd: folder });
  const sha256 = createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("hex");
  return {
    name,
    source: `${name}.c`,
    command: full,
    compiler,
    sha256,
    environment,
    runs: runs.map((args) => run(name, args)),
  };
});
writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

function run(name, args) {
  const done = spawnSync(`./${name}`, args, { cwd: folder, env: environment });
  return {
    arguments: args,
    stdout: done.stdout.toString("utf8"),
    stderr: done.stderr.toString("utf8"),
    status: done.status,
  };
}
