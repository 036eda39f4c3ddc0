/** binfmt_misc as a shell meets it, at its place in /proc. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runGuest } from "../../programs/run-guest.js";

const BUSYBOX = "/usr/bin/busybox";
const FOLDER = "/proc/sys/fs/binfmt_misc";

/** What the shell prints of a script; links lead to busybox under the names of its tools. */
function shell(script: string): string {
  const { stdout, stderr } = runGuest({
    files: { "/bin/busybox": readFileSync(BUSYBOX), "/tmp/x.greeting": Buffer.from("hello\n") },
    links: { "/bin/sh": "busybox", "/bin/cat": "busybox", "/bin/ls": "busybox" },
    path: "/bin/sh",
    argv: ["sh", "-c", script],
    environment: ["PATH=/bin"],
  });
  return stdout + stderr;
}

describe.skipIf(!existsSync(BUSYBOX))("/proc/sys/fs/binfmt_misc in a shell", () => {
  it("has its two files from the start", () => {
    expect(shell(`ls ${FOLDER}; cat ${FOLDER}/status`)).toBe("register\nstatus\nenabled\n");
  });

  it("lets a file run that has only its own extension", () => {
    const script = `echo ':g:E::greeting::/bin/cat:' > ${FOLDER}/register; ./x.greeting; cat ${FOLDER}/g`;
    expect(shell(script)).toBe("hello\nenabled\ninterpreter /bin/cat\nflags: \nextension .greeting\n");
  });

  it("stops every program when the magic of ELF is registered, until a shell's own echo takes it back", () => {
    const script = `
      echo ':all:M::\\x7fELF::/bin/cat:' > ${FOLDER}/register
      cat /tmp/x.greeting
      echo -1 > ${FOLDER}/all
      cat /tmp/x.greeting`;
    const printed = shell(script);
    expect(printed).toMatch(/^hello\n/);
    expect(printed).toMatch(/cat: Too many levels of symbolic links/);
  });
});
