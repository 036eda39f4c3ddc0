/** A program on a terminal: what its reader types is an input of the run like any other. */
import { beforeAll, describe, expect, it } from "vitest";
import { readInput, writeInput } from "../../src/cells/moment/input-text.js";
import { LIMITS } from "../../src/cells/protocol.js";
import { Session } from "../../src/cells/session.js";
import { prepareScenario } from "../../src/cells/stage/make-stage.js";
import type { WorldInput } from "../../src/trace/input.js";
import type { MachineState } from "../../src/views/machine-state.js";
import { noFiles } from "./no-files.js";

beforeAll(() => prepareScenario("terminal", noFiles));

/** Says what it reads, line by line; on SIGWINCH the number of its columns as a character. */
const ECHO = `
    mov eax, 13             # rt_sigaction
    mov edi, 28             # SIGWINCH
    lea rsi, [rip+action]
    xor edx, edx
    mov r10d, 8
    syscall
again:
    xor eax, eax            # read
    xor edi, edi
    lea rsi, [rip+line]
    mov edx, 100
    syscall
    test rax, rax
    jz end
    js again
    mov edx, eax
    mov eax, 1              # write
    mov edi, 1
    syscall
    jmp again
end:
    mov eax, 60
    mov edi, 5
    syscall
resized:
    mov eax, 16             # ioctl
    mov edi, 1
    mov esi, 0x5413         # TIOCGWINSZ
    lea rdx, [rip+line]
    syscall
    mov eax, 1
    mov edi, 1
    lea rsi, [rip+line+2]
    mov edx, 1
    syscall
    ret
restorer:
    mov eax, 15             # rt_sigreturn
    syscall
.data
action: .quad resized, 0x04000000, restorer, 0
line:   .skip 100`;

function open(text = ECHO): Session {
  const opened = Session.open({
    program: { kind: "source", text },
    scenario: "terminal",
    parameters: {},
    show: ["terminal", "calls"],
    limits: LIMITS,
    gates: [],
    rings: [],
  });
  if (!("session" in opened)) throw new Error(JSON.stringify(opened));
  return opened.session;
}

function goOn(session: Session): MachineState {
  session.beginRun();
  while (session.slice(200_000));
  return session.state();
}

function type(session: Session, text: string): MachineState {
  const problem = session.accept({ kind: "terminal", bytes: new TextEncoder().encode(text) });
  if (problem) throw new Error(problem.reason);
  return goOn(session);
}

const shown = (state: MachineState) => state.terminal?.shown;

describe("a program on a terminal", () => {
  it("waits for keys, which are shown as they come and read as lines", () => {
    const session = open();
    expect(goOn(session).outcome).toMatchObject({ kind: "halted", waits: true });
    expect(shown(type(session, "a"))).toBe("a");
    expect(shown(type(session, "b\r"))).toBe("ab\r\nab\r\n");
  });

  it("has its line edited by the kernel, and ended by Ctrl-D", () => {
    const session = open();
    goOn(session);
    expect(shown(type(session, "cat\x7f\x7fup\r"))).toBe("cat\b \b\b \bup\r\ncup\r\n");
    expect(type(session, "\x04").outcome).toMatchObject({ kind: "exited", status: 5 });
  });

  it("is interrupted by Ctrl-C", () => {
    const session = open();
    goOn(session);
    const { outcome, terminal } = type(session, "\x03");
    expect(outcome).toMatchObject({ kind: "signalled", signal: "SIGINT" });
    expect(terminal?.shown).toBe("^C");
  });

  it("learns by SIGWINCH that its window has another size", () => {
    const session = open();
    expect(goOn(session).terminal).toMatchObject({ rows: 24, columns: 80 });
    expect(session.accept({ kind: "window-size", rows: 30, columns: 65 })).toBeUndefined();
    expect(goOn(session).terminal).toMatchObject({ rows: 30, columns: 65, shown: "A" });
  });

  it.each([
    [0, 80],
    [24, 1.5],
    [24, 70_000],
  ])("cannot have a window of %d rows, %d columns", (rows, columns) => {
    expect(open().accept({ kind: "window-size", rows, columns })?.reason).toContain("cannot have");
  });

  it("goes back before a key and forth again with the same keys at the same times", () => {
    const session = open();
    const beginning = goOn(session).time;
    const first = type(session, "one\r");
    session.accept({ kind: "window-size", rows: 10, columns: 66 });
    const end = type(session, "two\r");
    session.seek(beginning - 1);
    expect(session.state().terminal).toMatchObject({ shown: "", columns: 80 });
    session.seek(first.time - 1);
    expect(session.state().terminal?.shown).toBe("one\r\none\r\n");
    session.seek(end.time);
    const again = session.state();
    expect([again.terminal, again.calls, again.outcome]).toEqual([end.terminal, end.calls, end.outcome]);
  });

  it("has inputs that a link can carry", () => {
    const inputs: WorldInput[] = [
      { kind: "window-size", rows: 30, columns: 100 },
      { kind: "terminal", bytes: Uint8Array.of(3) },
    ];
    expect(inputs.map((input) => readInput(writeInput(input)))).toEqual(inputs);
    expect(readInput(["window-size", "30", 100])).toBeUndefined();
  });
});
