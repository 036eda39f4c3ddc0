/** A session's run as lines of JSON, from wherever the session is. */
import { expect, it } from "vitest";
import { exportLines } from "../../src/trace/json-lines.js";
import { Session } from "../../src/trace/session.js";
import { assembled, kernelWorld } from "./kernel-program.js";

const SOURCE = "_start:\n mov eax, 39\n syscall\n inc ebx\n cmp ebx, 400\n jb _start\n mov eax, 60\n syscall";

it("an exported run is whole, though the log keeps little and the session stands in the middle", () => {
  const session = Session.open(kernelWorld(assembled(SOURCE)), { events: 900 });
  session.run(session.time + 5000);
  session.send({ kind: "value", place: { kind: "register", name: "rbp" }, value: 9n });
  session.run(session.time + 1_000_000);
  session.seek(session.start + 777);
  const lines = [...exportLines(session, { setup: { source: SOURCE } })].map((line) => JSON.parse(line));
  expect(session.time).toBe(session.start + 777);
  expect(lines[0]).toMatchObject({
    setup: { source: SOURCE },
    inputs: [{ t: session.start + 5000, kind: "value", place: "register:rbp", value: "0x9" }],
  });
  const events = lines.slice(1, -1);
  expect(events.map(({ index }) => index)).toEqual(events.map((_, n) => n));
  expect(events.filter(({ kind }) => kind === "call")).toHaveLength(401);
  expect(events.filter(({ kind }) => kind === "edit")).toMatchObject([{ t: session.start + 5000 }]);
  expect(lines.at(-1)).toMatchObject({ kind: "end", t: session.end, ending: { kind: "exited" } });
  expect(session.log.between(0, Number.POSITIVE_INFINITY).length).toBeLessThan(events.length);
});

it("register changes in lines add up to the registers at each event", () => {
  const session = Session.open(kernelWorld(assembled(SOURCE)));
  const { state } = session.world.machine!.cpu;
  const initial = state.general[3]!;
  session.run(session.time + 10_000);
  const lines = [...exportLines(session, { setup: {}, registers: true })].map((line) => JSON.parse(line));
  let rbx = initial;
  for (const { kind, t, registers } of lines.slice(1, -1)) {
    if (registers?.rbx !== undefined) rbx = BigInt(registers.rbx);
    if (kind !== "syscall-entry") continue;
    session.seek(t);
    expect(state.general[3]).toBe(rbx);
  }
  expect(rbx).toBeGreaterThan(50n);
});
