/** Moments of a machine whose disk is at work: they can be kept, returned to and stepped back to. */
import { describe, expect, it } from "vitest";
import { BareMachine } from "./bare-machine.js";
import { BUFFER, COPY, digest, driver, WORD } from "./disk-driver.js";

describe("a moment in the middle of a DMA command", () => {
  it("goes on to the same bytes, on the same and on another machine, and however the run is cut", () => {
    const bare = driver(COPY);
    const { machine } = bare;
    while ((machine.devices.disk!.state.left | 0) !== 11) bare.run(10);
    const snapshot = machine.snapshot();
    const there = digest(machine);
    bare.run();
    const end = digest(machine);
    expect(end).not.toBe(there);
    machine.restore(snapshot);
    expect(digest(machine)).toBe(there);
    for (let n = 0; n < 500; n++) bare.run(7);
    bare.run();
    expect(digest(machine)).toBe(end);
    const other = new BareMachine({ disk: new Uint8Array(512) }).machine;
    other.restore(snapshot);
    other.run(other.time + 100_000);
    expect(digest(other)).toBe(end);
  });

  it("shares the sectors that did not change", () => {
    const bare = driver(COPY);
    const first = bare.machine.snapshot();
    bare.run();
    const second = bare.machine.snapshot();
    const [one, two] = [first, second].map((moment) => moment.devices.disk!.contents);
    expect(one!.sector(3000)).not.toEqual(two!.sector(3000));
    expect(one!.sector(2999).buffer).toBe(two!.sector(2999).buffer);
    expect(bare.machine.snapshot().devices.disk!.contents).toBe(two);
  });

  it("is undone step by step, sectors included", () => {
    const bare = driver(COPY);
    const { machine } = bare;
    while (machine.memory.read32(WORD) < 1) bare.run(10);
    const before = digest(machine);
    const { time } = machine;
    machine.journal.record(true);
    bare.run();
    expect(machine.devices.disk!.state.contents.sector(3001)).toEqual(
      machine.memory.readBytes(BUFFER + 1024, 512),
    );
    while (machine.time > time) machine.stepBack();
    expect(digest(machine)).toBe(before);
  });
});
