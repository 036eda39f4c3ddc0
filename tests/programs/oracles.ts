/** Programs of the host that tests compare with: found, or the reason why a test is skipped. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** True when `command` can be run; when not, says so, and fails in CI, where everything must be there. */
export function hasCommand(command: string): boolean {
  const found = command.includes("/")
    ? existsSync(command)
    : spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
  if (found) return true;
  if (process.env["CI"] === "true")
    throw new Error(`${command} is missing, and in CI nothing may be skipped`);
  console.warn(`skipped: ${command} is not installed here`);
  return false;
}
