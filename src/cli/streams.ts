/** Where a subcommand writes: the process's streams, or what a test gives. */
import { writeSync } from "node:fs";

export interface Streams {
  out(text: string): void;
  error(text: string): void;
}

/** Writes at once, so that nothing is lost when the process ends; a reader that has gone away (`| head`) is no error. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
    }
  }
}

export const PROCESS_STREAMS: Streams = {
  out: (text) => writeAll(1, text),
  error: (text) => writeAll(2, text),
};
