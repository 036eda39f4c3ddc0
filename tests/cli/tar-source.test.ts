/** A tar archive as a root: made by the real tar in each of its formats, read by ours. */
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TarSource } from "../../src/cli/tar-source.js";
import { withFolder } from "../kernel/abi/native.js";
import { hasCommand } from "../programs/oracles.js";

const LONG = `${"very-long-name-".repeat(6)}/${"and-another-".repeat(9)}`;

/** A folder with everything that archives find hard, as `tar` packs it. */
function packed(options: readonly string[]): TarSource {
  return withFolder((folder) => {
    const root = join(folder, "root");
    mkdirSync(join(root, LONG), { recursive: true });
    writeFileSync(join(root, LONG, "file"), "deep");
    writeFileSync(join(root, "plain"), "text\n", { mode: 0o750 });
    linkSync(join(root, "plain"), join(root, "second"));
    symlinkSync(`/${LONG}/file`, join(root, "link"));
    writeFileSync(join(root, "sparse"), "head");
    truncateSync(join(root, "sparse"), 3_000_000);
    for (let n = 1; n < 30; n++)
      execFileSync("dd", [
        "if=/dev/zero",
        `of=${join(root, "sparse")}`,
        "bs=1",
        "count=1",
        `seek=${n * 98304}`,
        "conv=notrunc",
        "status=none",
      ]);
    execFileSync("sh", [
      "-c",
      `printf tail | dd of=${join(root, "sparse")} bs=1 seek=2900000 conv=notrunc status=none`,
    ]);
    const archive = join(folder, "root.tar");
    execFileSync("tar", [...options, "--owner=1234", "--group=5678", "-C", root, "-cf", archive, "."]);
    return new TarSource(readFileSync(archive));
  });
}

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("latin1");

describe.skipIf(!hasCommand("tar"))("a tar archive as the root", () => {
  it.each([
    ["gnu", []],
    ["gnu", ["--sparse"]],
    ["pax", []],
    ["pax", ["--sparse", "--sparse-version=0.1"]],
    ["pax", ["--sparse", "--sparse-version=1.0"]],
  ])("has long names, links and holes in the format %s %j", (format, options) => {
    const source = packed([`--format=${format}`, ...options]);
    expect(text(source.read(`${LONG}/file`))).toBe("deep");
    expect(source.stat("plain")).toMatchObject({ kind: "file", mode: 0o750, size: 5, uid: 1234, gid: 5678 });
    expect(text(source.read("second"))).toBe("text\n");
    expect(source.stat("link")?.target).toBe(`/${LONG}/file`);
    expect([...source.list("")].sort()).toEqual(
      [LONG.split("/")[0], "link", "plain", "second", "sparse"].sort(),
    );
    const sparse = source.read("sparse")!;
    expect(source.stat("sparse")?.size).toBe(3_000_000);
    expect(sparse).toHaveLength(3_000_000);
    expect(text(sparse.subarray(0, 5))).toBe("head\0");
    expect(text(sparse.subarray(2_899_999, 2_900_005))).toBe("\0tail\0");
    expect(sparse.reduce((sum, byte) => sum + byte, 0)).toBe(
      [..."headtail"].reduce((sum, char) => sum + char.charCodeAt(0), 0),
    );
  });
});
