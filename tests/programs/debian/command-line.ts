/** What a command line of the tables beside this file is. */

export interface CommandLine {
  /** For `shell -c`, in the empty folder /work. */
  readonly line: string;
  /** Default /bin/sh. */
  readonly shell?: string;
  /** Standard input; empty by default. */
  readonly input?: string;
  /** Files in /work, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Lines that need nothing but themselves. */
export const lines = (shell: string, ...all: readonly string[]): CommandLine[] =>
  all.map((line) => ({ line, shell }));
