/**
 * Asking several descriptors at once whether they are ready; poll, select and their kin rest on it.
 * Models fs/select.c. Leaves out: the time limit, which the caller keeps.
 */
import { failed } from "../abi/errno.js";
import { POLLERR, POLLHUP, POLLNVAL } from "../abi/poll-events.js";
import { Blocked } from "./blocking.js";
import type { Files } from "./files.js";

/** One question: which of `events` hold for `fd`? A negative fd is skipped. */
export interface PollQuestion {
  readonly fd: number;
  readonly events: number;
}

/** The events that hold now, one number for each question; errors and hang-ups are told unasked. */
export function readiness(files: Files, questions: readonly PollQuestion[]): readonly number[] {
  return questions.map(({ fd, events }) => {
    if (fd < 0) return 0;
    const file = files.file(fd);
    if (failed(file)) return POLLNVAL;
    return file.inode.readiness(file) & (events | POLLERR | POLLHUP);
  });
}

/** What to wait for until an answer may change. */
export function pollBlocked(files: Files, questions: readonly PollQuestion[]): Blocked {
  const queues = questions.flatMap(({ fd }) => {
    const file = files.file(fd);
    return failed(file) ? [] : file.inode.queues(file);
  });
  return new Blocked([...new Set(queues)]);
}
