/** The host's standard streams as the guest's: bytes in both directions. */
import { readSync, writeSync } from "node:fs";

/** Writes everything at once. When nobody reads any more the process ends as by SIGPIPE. */
export function writeHost(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") process.exit(128 + 13);
      if (code !== "EAGAIN") throw error;
      pause(1);
    }
  }
}

/** One piece of the standard input; undefined at its end. */
export function readHostInput(): Uint8Array | undefined {
  const buffer = new Uint8Array(65536);
  for (;;) {
    try {
      const got = readSync(0, buffer);
      return got === 0 ? undefined : buffer.subarray(0, got);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code !== "EAGAIN") return undefined;
      pause(10);
    }
  }
}

/** Does nothing for a while. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
