/** `youcpu run` before a person: a driver sits before the host's terminal, presses keys and tells what was shown. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasCommand } from "../programs/oracles.js";
import { compileDriver } from "../programs/sessions/run-session.js";

const root = join(import.meta.dirname, "..", "..");
const canSit = hasCommand("gcc") && hasCommand("busybox") && hasCommand("stty");

describe.skipIf(!canSit)("youcpu run on a terminal", { timeout: 60_000 }, () => {
  let folder = "";
  let driver = "";
  let busybox = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "you-in-cpu-terminal-"));
    driver = compileDriver(folder);
    busybox = execFileSync("sh", ["-c", "command -v busybox"]).toString().trim();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the terminal shows when these orders are followed; see `drive.c`. */
  function shown(options: readonly string[], words: readonly string[], orders: readonly string[]) {
    const youcpu = [join(root, "node_modules", ".bin", "tsx"), join(root, "src", "cli", "youcpu.ts"), "run"];
    const done = spawnSync(driver, [...youcpu, ...options, "--", ...words], {
      input: orders.map((order) => `${order}\n`).join(""),
      encoding: "latin1",
    });
    return done.stdout;
  }

  const shell = (...orders: string[]) => shown([], [busybox, "sh"], ["wait #", ...orders]);

  it("gives a shell the keys as they are pressed, and its window's size", () => {
    const text = shell(
      "type echo $TERM; /tmp/busybox stty size; tty=$(/tmp/busybox tty); echo on $tty\\r",
      "wait on /dev",
      "size 30 100",
      "pause 1200",
      "type /tmp/busybox stty size\\r",
      "wait 30 100",
      "type exit 5\\r",
    );
    expect(text).toMatch(/dumb\r\n24 80\r\non \/dev\/tty1\r\n/);
    expect(text).toMatch(/<exit 5>/);
  });

  it("sleeps with a program that sleeps, and lets Ctrl-C end that", () => {
    const text = shell(
      "type /tmp/busybox sleep 1; echo woken\\r",
      "wait woken\\r\\n",
      "type /tmp/busybox sleep 1000; echo status $?\\r",
      "pause 500",
      "type \\cc",
      "wait ^C",
      "type echo still here\\r",
      "wait here\\r\\n",
      "type exit\\r",
    );
    expect(text).toMatch(/still here\r\n/);
  });

  it("is switched off by Ctrl-] twice, whatever the program does", () => {
    const text = shell("type while true; do true; done\\r", "pause 500", "type \\c]\\c]");
    expect(text).toMatch(/switched off at the keyboard\r?\n<exit 0>/);
  });

  it("is said to be missing where there is none", () => {
    const tsx = join(root, "node_modules", ".bin", "tsx");
    const words = [join(root, "src", "cli", "youcpu.ts"), "run", "--tty", "--", busybox, "true"];
    const { status, stderr } = spawnSync(tsx, words, { input: "", encoding: "utf8" });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "youcpu run: --tty: standard input and output are not terminals; leave it out\n",
    });
  });
});
