/**
 * What a cell's fence promises about its run, as attributes beside the program; the tests hold it to that.
 *
 *     expect-stdout="hi\n"   expect-status=7   expect-signal=SIGSEGV   expect-outcome=halted
 *     expect-exception=#GP   expect-registers="rbx=30 rax=0x0"   expect-calls="write exit_group"
 *     expect-refused="hlt:1,2,3"  (trials: the rings in which a line is refused)
 */
import type { MachineState, Outcome } from "../views/machine-state.js";

/** The attributes above. */
export const EXPECTATIONS = [
  "expect-stdout",
  "expect-status",
  "expect-signal",
  "expect-outcome",
  "expect-exception",
  "expect-registers",
  "expect-calls",
  "expect-refused",
] as const;

/** A promise: given the words of the attribute, what the state says instead, in the same form. */
const ACTUAL: Readonly<
  Record<(typeof EXPECTATIONS)[number], (state: MachineState, promised: string) => string>
> = {
  "expect-stdout": (state) => JSON.stringify(state.output).slice(1, -1),
  "expect-status": ({ outcome }) =>
    outcome.kind === "exited" ? String(outcome.status) : outcomeWord(outcome),
  "expect-signal": ({ outcome }) => (outcome.kind === "signalled" ? outcome.signal : outcomeWord(outcome)),
  "expect-outcome": ({ outcome }) => outcome.kind,
  "expect-exception": (state) => state.crossings.latest.exception?.name ?? "none",
  "expect-registers": (state, promised) =>
    promised
      .trim()
      .split(/\s+/)
      .map((one) => registerNow(state, one))
      .join(" "),
  "expect-calls": (state) => state.calls.recent.map((call) => /^\w+/.exec(call.text)?.[0] ?? "").join(" "),
  "expect-refused": ({ trials }, promised) => {
    const [text = ""] = promised.split(":");
    const refused = trials.filter((trial) => trial.text === text && trial.verdict === "refused");
    return `${text}:${refused.map((trial) => trial.ring).join(",")}`;
  },
};

const outcomeWord = (outcome: Outcome): string => `no status, but ${outcome.kind}`;

/** `rbx=30` with the value that it has now, written the same way when it is the same. */
function registerNow(state: MachineState, promised: string): string {
  const [name = "", text = ""] = promised.split("=");
  const value = [...state.registers, state.rip].find((register) => register.name === name)?.value;
  if (value === undefined) return `${name}=no such register`;
  return BigInt.asUintN(64, BigInt(text)) === value ? promised : `${name}=${BigInt.asIntN(64, value)}`;
}

/** Each broken promise as a sentence; none when all are kept. */
export function brokenPromises(attribute: (name: string) => string | null, state: MachineState): string[] {
  return EXPECTATIONS.flatMap((name) => {
    const promised = attribute(name);
    if (promised === null) return [];
    const actual = ACTUAL[name](state, promised);
    return actual === promised ? [] : [`${name}=${promised}, but it is ${actual}`];
  });
}
