/**
 * What a page replacement policy is: an object that keeps the frames with pages that may leave memory, and says which of them
 * goes next. Who asks it and when is in `mm/reclaim/`, and in `simulate.ts` for a string of references without a machine; the
 * policies are in the files beside this one. Of what programs do they know what the processor tells: the A and D bits of the
 * page-table entries.
 * Models the part of Linux that orders pages (struct lruvec, mm/vmscan.c). Leaves out: several lists, refault distances.
 */

/** What a policy may ask about the frames that it keeps. */
export interface FrameView {
  /** Whether somebody has touched the page since its A bits were cleared last. */
  isAccessed(frame: number): boolean;
  /** The same, and clears the A bits. The TLB forgets them too, else the processor would not set them again. */
  takeAccessed(frame: number): boolean;
  /** Whether the page must be written out before it can leave: the D bits, or a page that has no copy anywhere. */
  isDirty(frame: number): boolean;
  /** The page in the frame, as a string of references calls it: in the kernel its address divided by 4096. */
  pageIn(frame: number): number;
  /** The page for which room is made; undefined when nobody knows. */
  readonly wanted: number | undefined;
}

export interface ReplacementPolicy {
  readonly name: string;
  /** Frames that it keeps. */
  readonly length: number;
  /** A page has come into a frame that is not kept yet. */
  admit(frame: number, view: FrameView): void;
  /** The page in the frame is gone; nothing happens when it was not kept. */
  remove(frame: number): void;
  /** Some time has passed, or pages are about to be chosen. For a policy that must look at A bits again and again. */
  observe?(view: FrameView): void;
  /** The frame whose page is to leave next; it is kept until it is removed. Undefined when none is kept. */
  choose(view: FrameView): number | undefined;
  /** The frames in the policy's order, the one that goes next first if that can be said without looking at A bits. */
  order(): readonly number[];
}
