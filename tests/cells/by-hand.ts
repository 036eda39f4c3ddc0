/** What a reader does to a session: steps, and changes by hand. */
import type { CellSession } from "../../src/cells/cell-session.js";
import type { Problem } from "../../src/views/machine-state.js";

export function steps(session: CellSession, count: number): void {
  for (let n = 0; n < count; n++) session.step("instruction", false);
}

export function back(session: CellSession): void {
  session.step("instruction", true);
}

export function writeRegister(session: CellSession, name: string, value: bigint): Problem | undefined {
  return session.accept({ kind: "value", place: { kind: "register", name }, value });
}

export function writeMemory(
  session: CellSession,
  address: bigint,
  bytes: readonly number[],
): Problem | undefined {
  const place = { kind: "memory", address, length: bytes.length } as const;
  return session.accept({ kind: "bytes", place, bytes: Uint8Array.from(bytes) });
}
