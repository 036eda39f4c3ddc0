/**
 * What files ask of the kernel's processes: who makes the present call, and signals for it or for a group. The file tree
 * knows no processes; whoever does implements this.
 */
export interface JobControl {
  /** Session and process group of the process that makes the present call; undefined between calls. */
  current(): { readonly session: number; readonly group: number; readonly leads: boolean } | undefined;
  /** The session of a process group, undefined when nobody is in the group. */
  sessionOf(group: number): number | undefined;
  /** Sends a signal to the thread that makes the present call: it went over a limit. */
  signalCurrent(signal: number): void;
  /** Sends a signal to all processes of a group. */
  signalGroup(group: number, signal: number): void;
}
