/** People before a terminal see the same on both kernels: shells with jobs, interrupts, stops, editing, hanging up. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { hasCompiler } from "../../kernel/abi/native.js";
import { expectAnswerOf } from "../../kernel/compare-program.js";
import { hasDebianRoot } from "../debian/root.js";
import { compileDriver, natively, onOurs } from "./run-session.js";
import { SESSIONS } from "./table.js";

describe.skipIf(!hasCompiler || !hasDebianRoot())("a terminal shows the same", { timeout: 240_000 }, () => {
  let folder = "";
  let driver = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "driver-"));
    driver = compileDriver(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  for (const session of SESSIONS)
    it(session.about, () => {
      expectAnswerOf(onOurs(session, driver).split("\n"), () => natively(session, driver).split("\n"));
    });
});
