/** What a browser executes of `browser-command.ts`: `timedRun` for a program in base 64. */
import { type TimedRun, timedRun } from "./timed-run.js";

declare global {
  interface Window {
    timedRun?: (base64: string) => TimedRun;
  }
}

window.timedRun = (base64) => {
  const program = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return timedRun(program, () => performance.now());
};
