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
    writeFileSync(at("a.ld"), linkerScript(addresses));
    execFileSync("ld", ["-T", at("a.ld"), "-e0", "-o", at("a"), at("a.o")], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Map([...addresses.keys()].map((name) => [name, section(name)]));
  } finally {
    rmSync(folder, { recursive: true });
  }

  function section(name: string): string {
    execFileSync("objcopy", ["-O", "binary", "-j", name, at("a"), at("bytes")]);
    return readFileSync(at("bytes")).toString("hex");
  }
}

/** Every section by itself at its address, whatever its alignment; none is joined to another. */
function linkerScript(addresses: ReadonlyMap<string, bigint>): string {
  const sections = [...addresses].map(
    ([name, address]) => `${name} 0x${address.toString(16)} : SUBALIGN(1) { *(${name}) }`,
  );
  return `SECTIONS { ${sections.join("\n")}\n/DISCARD/ : { *(.note*) *(.comment) *(.eh_frame) } }\n`;
}
