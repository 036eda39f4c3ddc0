/** The guest's files and the program among them, as the words of the command want them. */
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { errnoEntry } from "../kernel/abi/errno.js";
import { UNAME } from "../kernel/abi/utsname.js";
import type { Refusal } from "../kernel/exec/refusal.js";
import type { FileSource } from "../kernel/fs/file-source.js";
import { FileSystem } from "../kernel/fs/file-system.js";
import { addStandardTree } from "../kernel/fs/standard-tree.js";
import type { Terminal } from "../kernel/fs/terminal.js";
import { EXIT } from "./exit-codes.js";
import { HostFolder } from "./host-folder.js";
import type { RunOptions } from "./run-options.js";
import { TarSource } from "./tar-source.js";
import { UsageError } from "./usage-error.js";

/** Why a program is not run: the exit code, and words for the user. */
export interface Failure {
  readonly code: number;
  readonly says: string;
}

export const toByteString = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** The guest's tree, and the terminal in it. Throws UsageError. */
export function guestFiles({ root, disk }: RunOptions): {
  readonly files: FileSystem;
  readonly console: Terminal;
} {
  const files = new FileSystem({
    ...(root === undefined ? {} : { source: openRoot(root) }),
    ...{ capacity: disk, now: 1767225600n * 1_000_000_000n },
  });
  const name = { release: UNAME.release, version: UNAME.version, hostname: UNAME.nodename };
  return { files, console: addStandardTree(files, name) };
}

function openRoot(root: string): FileSource {
  let isFolder: boolean;
  try {
    isFolder = statSync(root).isDirectory();
  } catch {
    throw new UsageError(`--root ${root}: there is no such folder or file`);
  }
  if (isFolder) return new HostFolder(root);
  try {
    return new TarSource(readFileSync(root));
  } catch (error) {
    throw new UsageError(`--root ${root}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The guest path of the program; a host file is copied to /tmp. */
export function placeProgram(files: FileSystem, options: RunOptions): { readonly path: string } | Failure {
  const { program } = options;
  if (!program.includes("/") || options.root !== undefined) return { path: toByteString(program) };
  try {
    if (statSync(program).isDirectory())
      return {
        code: EXIT.notExecutable,
        says: `${program}: EISDIR: this is a directory; name a program`,
      };
    const path = `/tmp/${toByteString(basename(program))}`;
    files.putFile(path, readFileSync(program), statSync(program).mode & 0o777);
    return { path };
  } catch (error) {
    const name = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    return { code: codeOf(name), says: `${program}: ${name}: the file cannot be read` };
  }
}

/** The kernel does not run it. */
export function refused(program: string, failure: Refusal): Failure {
  const name = errnoEntry(failure.errno)?.name ?? String(failure.errno);
  return { code: codeOf(name), says: `${program}: ${name}: ${failure.message}` };
}

const codeOf = (errno: string): number =>
  errno === "ENOENT" || errno === "ENOTDIR" ? EXIT.notFound : EXIT.notExecutable;
