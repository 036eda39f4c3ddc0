/**
 * How an error of a system call is written down: with arguments that bring it about. The tests make each call on the real kernel and
 * on ours. Bad pointers, descriptors and paths are not written here: the tests derive them from the examples.
 */

/** The error's name, arguments in C that bring it about, when it happens, and lines of C that go before. */
export type ErrorTrial = readonly [errno: string, values: string, when: string, before?: string];

/** Trials by the call's name. */
export type ErrorTrials = Readonly<Record<string, readonly ErrorTrial[]>>;
