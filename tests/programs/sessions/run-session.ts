/** Runs a scripted session, on the real kernel in a chroot of its own and on ours; what the terminal showed. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostFolder } from "../../../src/cli/host-folder.js";
import { FileSystem } from "../../../src/kernel/fs/file-system.js";
import { DEBIAN_ROOT } from "../debian/root.js";
import { addStandard, runOn } from "../run-guest.js";
import type { Session } from "./table.js";

/** Compiles the driver into `folder`. */
export function compileDriver(folder: string): string {
  const driver = join(folder, "drive");
  const source = join(import.meta.dirname, "drive.c");
  execFileSync("gcc", ["-O1", "-w", "-static", "-o", driver, source, "-lutil"]);
  return driver;
}

const ENVIRONMENT = ["PATH=/usr/bin:/bin", "HOME=/work", "LC_ALL=C", "HISTFILE="];

const IN_CHROOT = `mount --bind "$1" "$0/work" && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" || exit 99
root=$0; shift; exec chroot "$root" /usr/bin/env -i -C /work "$@"`;

const inputOf = ({ orders }: Session): string => orders.map((order) => `${order}\n`).join("");

export function natively(session: Session, driver: string): string {
  const folder = mkdtempSync(join(tmpdir(), "session-"));
  try {
    copyFileSync(driver, join(folder, "drive"));
    const words = ["/work/drive", ...session.program];
    const parameters = ["-m", "sh", "-c", IN_CHROOT, DEBIAN_ROOT, folder, ...ENVIRONMENT, ...words];
    const ran = spawnSync("unshare", parameters, { input: inputOf(session), timeout: 60_000 });
    return withoutNumbers(ran.stdout.toString("latin1"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function onOurs(session: Session, driver: string): string {
  const files = new FileSystem({ source: new HostFolder(DEBIAN_ROOT), now: 1_767_225_600_000_000_000n });
  addStandard(files);
  files.putFile("/work/drive", readFileSync(driver), 0o755);
  const { stdout, stderr, status } = runOn(files, {
    path: "/work/drive",
    argv: ["/work/drive", ...session.program],
    environment: ENVIRONMENT,
    cwd: "/work",
    input: Buffer.from(inputOf(session)),
    ram: 256 << 20,
    maxSteps: 4_000_000_000,
  });
  return withoutNumbers(stdout) + stderr + (status === 0 || status === 1 ? "" : `<status ${status}>`);
}

/** Process numbers are each kernel's own affair. */
function withoutNumbers(shown: string): string {
  return shown.replace(/(\[\d+\][ +-]*|process group )\d{1,7}(?=[ \r])/g, "$1PID");
}
