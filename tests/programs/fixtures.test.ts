/** The committed programs do here what they did on the real machine when they were recorded. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGuest } from "./run-guest.js";

interface Fixture {
  name: string;
  sha256: string;
  environment: Record<string, string>;
  runs: { arguments: string[]; stdout: string; stderr: string; status: number }[];
}

const folder = join(import.meta.dirname, "fixtures");
const fixtures = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Fixture[];

describe.each(fixtures)("the program $name", ({ name, sha256, environment, runs }) => {
  const bytes = readFileSync(join(folder, name));

  it("is the file whose source and command the manifest names", () => {
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
  });

  it.each(runs)("prints and returns the same as on Linux with $arguments", (run) => {
    const result = runGuest({
      files: { [`/tmp/${name}`]: bytes },
      path: `./${name}`,
      argv: [`./${name}`, ...run.arguments],
      environment: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    });
    expect({ stdout: result.stdout, stderr: result.stderr, status: result.status }).toEqual({
      stdout: run.stdout,
      stderr: run.stderr,
      status: run.status,
    });
  });
});
