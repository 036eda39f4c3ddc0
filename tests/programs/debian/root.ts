/** Where Debian's programs are, unpacked by `make-root.sh`; or the reason why tests with them are skipped. */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const DEBIAN_ROOT = process.env["DEBIAN_ROOT"] ?? join(tmpdir(), "you-in-cpu-debian-12");

/** True when the folder is there and this user may change into it; when not, says so, and fails in CI. */
export function hasDebianRoot(): boolean {
  const reason = !existsSync(join(DEBIAN_ROOT, ".complete"))
    ? `${DEBIAN_ROOT} is missing: make it with tests/programs/debian/make-root.sh ${DEBIAN_ROOT}`
    : process.getuid?.() !== 0
      ? "comparing with the real kernel by chroot needs root"
      : undefined;
  if (reason === undefined) return true;
  if (process.env["CI"] === "true") throw new Error(`${reason}; and in CI nothing may be skipped`);
  console.warn(`skipped: ${reason}`);
  return false;
}
