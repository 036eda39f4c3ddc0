/** x2.1: the timer at 250 ticks a second. */
import { type Exercise, failed, passed } from "./exercise.js";

const WANTED = 250;
const TOLERANCE = 0.005;

export const ticksASecond: Exercise = {
  name: "x2.1",
  check({ run }) {
    const { timer, outcome } = run().last;
    if (!timer?.isArmed)
      return failed("The timer is not armed: both bytes of the divisor must be written to port 0x40.");
    const rate = `${Number(timer.hertz.toPrecision(6))} ticks a second`;
    if (Math.abs(timer.hertz / WANTED - 1) > TOLERANCE)
      return failed(
        `The divisor is ${timer.divisor}, which makes ${rate}. ${timer.hertz > WANTED ? "A larger divisor makes fewer." : "A smaller divisor makes more."}`,
      );
    if (outcome.kind !== "halted")
      return failed(`${rate} is right, but the program does not reach its hlt: ${outcome.kind}.`);
    return passed(`A divisor of ${timer.divisor} makes ${rate}.`);
  },
  solutions: [
    { edits: [{ from: "DIVISOR, 11932", to: "DIVISOR, 4772" }] },
    { edits: [{ from: "DIVISOR, 11932", to: "DIVISOR, 1193182 / 250" }] },
    { edits: [{ from: "DIVISOR, 11932", to: "DIVISOR, 0x12a5" }] },
  ],
  wrong: [
    { answer: {}, says: /99\.9985 ticks a second\. A smaller divisor/ },
    { answer: { edits: [{ from: "DIVISOR, 11932", to: "DIVISOR, 250" }] }, says: /A larger divisor/ },
    {
      answer: { edits: [{ from: "    mov al, DIVISOR >> 8\n    out 0x40, al\n", to: "" }] },
      says: /not armed/,
    },
  ],
};
