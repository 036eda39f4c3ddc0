/** All error trials, by call. */
import { exampleWith, type SystemCallExample } from "../system-call-examples.js";
import { DESCRIPTOR_ERRORS } from "./descriptors.js";
import type { ErrorTrial, ErrorTrials } from "./error-trial.js";
import { STATUS_ERRORS } from "./file-status.js";
import { LIMIT_ERRORS } from "./limits.js";
import { MEMORY_ERRORS } from "./memory.js";
import { NAME_ERRORS } from "./names.js";
import { OPENING_ERRORS } from "./opening.js";
import { PROCESS_ERRORS } from "./processes.js";
import { RIGHTS_ERRORS } from "./rights.js";
import { olderSiblingOf, siblingArguments } from "./siblings.js";
import { SIGNAL_ERRORS } from "./signals.js";
import { SOCKET_ERRORS } from "./sockets.js";
import { WAITING_ERRORS } from "./waiting.js";

const FAMILIES: readonly ErrorTrials[] = [
  OPENING_ERRORS,
  NAME_ERRORS,
  STATUS_ERRORS,
  DESCRIPTOR_ERRORS,
  WAITING_ERRORS,
  MEMORY_ERRORS,
  PROCESS_ERRORS,
  RIGHTS_ERRORS,
  LIMIT_ERRORS,
  SIGNAL_ERRORS,
  SOCKET_ERRORS,
];

/** The written trials of the call `name`: its own, and those of an older sibling. */
export function writtenTrialsOf(name: string): readonly ErrorTrial[] {
  const own = FAMILIES.flatMap((family) => family[name] ?? []);
  const older = olderSiblingOf(name);
  if (older === undefined) return own;
  const inherited = writtenTrialsOf(older).flatMap(([errno, values, when, before]): ErrorTrial[] => {
    const mine = siblingArguments(name, values);
    if (mine === undefined) return [];
    return [before === undefined ? [errno, mine, when] : [errno, mine, when, before]];
  });
  return [...own, ...inherited];
}

/** A trial as lines of C before the call, and its arguments. */
export function trialInC([, values, , before = ""]: ErrorTrial): SystemCallExample {
  const example = exampleWith(values, [before]);
  return { ...example, before: [...example.before, before] };
}
