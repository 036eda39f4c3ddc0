/** Exit codes of commands that run a program, where it does not give its own. Source: POSIX sh (126, 127), timeout(1) (124). */
export const EXIT = {
  wrongUse: 2,
  outOfInstructions: 124,
  panicked: 123,
  /** Every process waits for ever. */
  nothingCanGoOn: 125,
  notExecutable: 126,
  notFound: 127,
  /** And the number of the signal. */
  signalled: 128,
} as const;
