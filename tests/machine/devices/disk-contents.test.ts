/** What a disk holds, as a value. */
import { describe, expect, it } from "vitest";
import { DiskContents } from "../../../src/machine/devices/disk-contents.js";
import { image } from "./disk-ports.js";

describe("the contents of a disk", () => {
  it("as a value keep what they were, and share every sector that was not written", () => {
    const first = DiskContents.of(image);
    const second = first.with(2999, new Uint8Array(512).fill(1));
    const third = second.with(0, new Uint8Array(512).fill(2));
    expect([first, second, third].map((one) => [one.sector(0)[1], one.sector(2999)[0]])).toEqual([
      [image[1], image[2999 * 512]],
      [image[1], 1],
      [2, 1],
    ]);
    expect(third.sector(2999)).toBe(second.sector(2999));
    expect(third.sector(5).buffer).toBe(image.buffer);
  });

  it("fill the last sector of an image with zeros", () => {
    const contents = DiskContents.of(Uint8Array.of(1, 2, 3));
    expect([contents.sectors, ...contents.sector(0).slice(0, 5)]).toEqual([1, 1, 2, 3, 0, 0]);
  });
});
