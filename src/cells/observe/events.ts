/** The newest events of a session, for a log and for the strip of entries. */
import type { EventLog } from "../../trace/event-log.js";
import { formatReference } from "../../trace/reference-text.js";
import type { EventState } from "../../views/machine-state.js";

/** More are neither read nor told apart. */
const MOST = 200;

/** Ways back and device registers are written so often that they would drive out the rest. */
const QUIET = ["return", "device", "task"];

export function eventsState(log: EventLog): EventState[] {
  return log
    .recent(MOST, ({ kind }) => !QUIET.includes(kind))
    .map(({ index, t, kind, pid, says, reference }) => ({
      ...{ index, time: t, kind, says },
      ...(pid !== undefined && { pid }),
      ...(reference && { about: formatReference(reference) }),
    }));
}
