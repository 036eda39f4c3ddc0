/** A whole program by GNU as and ld: the bytes of its sections at given addresses. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasCommand } from "../programs/oracles.js";

export const hasGnuLd = hasCommand("as") && hasCommand("ld") && hasCommand("objcopy");

/** Assembles and links `source`; the sections lie where `addresses` says. Throws what as or ld complain about. */
export function linkWithGnu(source: string, addresses: ReadonlyMap<string, bigint>): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "gnu-ld-"));
  const at = (name: string) => join(folder, name);
  try {
    writeFileSync(at("a.s"), `.intel_syntax noprefix\n${source}\n`);
    execFileSync("as", ["-o", at("a.o"), at("a.s")], { stdio: ["ignore", "pipe", "pipe"] });
    const starts = [...addresses].map(
      ([name, address]) => `--section-start=${name}=0x${address.toString(16)}`,
    );
    execFileSync("ld", ["-e0", "-o", at("a"), ...starts, at("a.o")], { stdio: ["ignore", "pipe", "pipe"] });
    return new Map([...addresses.keys()].map((name) => [name, section(name)]));
  } finally {
    rmSync(folder, { recursive: true });
  }

  function section(name: string): string {
    execFileSync("objcopy", ["-O", "binary", "-j", name, at("a"), at("bytes")]);
    return readFileSync(at("bytes")).toString("hex");
  }
}
