/** Wrong use of a command: what was wrong and what to write instead. Exit code 2. */
export class UsageError extends Error {}
