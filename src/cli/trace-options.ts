/** The words of `youcpu trace`: those of `run` about the guest, and how the run is told. */
import { EVENT_KINDS, type EventKind } from "../trace/event.js";
import { FLAGS, firstPositional, GUEST_HELP, parseRunOptions, type RunOptions } from "./run-options.js";
import { UsageError } from "./usage-error.js";

export interface TraceOptions {
  readonly run: RunOptions;
  readonly json: boolean;
  /** Register changes in every line of JSON. */
  readonly registers: boolean;
  /** Undefined for all. */
  readonly kinds: readonly EventKind[] | undefined;
  /** A host file; undefined for standard output, and then the guest's output stands in the trace only. */
  readonly output: string | undefined;
}

export const TRACE_HELP = `youcpu trace – runs a Linux program and tells everything that happens, with its t

  youcpu trace [options] -- PROGRAM [ARGUMENT...]

  --json                  lines of JSON: what determines the run, one line an event, how it ended
  --registers             with --json: each event also tells which registers have changed
  --kinds NAME,...        only these: ${wrapped(EVENT_KINDS)}
  --output FILE           the trace goes there, and the guest's output to yours; otherwise the
                          trace goes to standard output, and the guest's output is a part of it

${GUEST_HELP}

  t counts retired instructions and deliveries, and is the same in every run. Exit code: as youcpu run.
`;

/** Names in lines that fit under each other. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (let n = 0; n < names.length; n += 6) lines.push(names.slice(n, n + 6).join(", "));
  return lines.join(`,\n${" ".repeat(26)}`);
}

const TRACE_FLAGS = [...FLAGS, "--json", "--registers"];

/** Reads the words after `trace`. Throws UsageError. */
export function parseTraceOptions(words: readonly string[]): TraceOptions | "help" {
  const end = firstPositional(words, TRACE_FLAGS);
  const own: { json: boolean; registers: boolean; kinds?: string; output?: string } = {
    json: false,
    registers: false,
  };
  const others: string[] = [];
  for (let n = 0; n < end; n++) {
    const [word = "", value] = splitOption(words[n]!);
    if (word === "--json" || word === "--registers") own[word === "--json" ? "json" : "registers"] = true;
    else if (word === "--kinds" || word === "--output") {
      const given = value ?? (n + 1 < end ? words[++n] : undefined);
      if (given === undefined) throw new UsageError(`${word}: a value is needed`);
      own[word === "--kinds" ? "kinds" : "output"] = given;
    } else others.push(words[n]!);
  }
  for (const word of ["--strace", "--stats", "--schedule", "--init", "--tty"])
    if (others.some((one) => splitOption(one)[0] === word))
      throw new UsageError(`${word} is an option of youcpu run`);
  const run = parseRunOptions([...others, ...words.slice(end)], "trace");
  if (run === "help") return "help";
  if (own.registers && !own.json) throw new UsageError("--registers is for --json");
  const { json, registers, output } = own;
  return { run, json, registers, kinds: own.kinds === undefined ? undefined : kindsOf(own.kinds), output };
}

function splitOption(word: string): [name: string, value?: string] {
  const at = word.indexOf("=");
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function kindsOf(text: string): EventKind[] {
  return text.split(",").map((name) => {
    const kind = EVENT_KINDS.find((one) => one === name.trim());
    if (!kind) throw new UsageError(`--kinds ${name}: use ${EVENT_KINDS.join(", ")}`);
    return kind;
  });
}
