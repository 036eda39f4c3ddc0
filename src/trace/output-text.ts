/**
 * What a world has written to the outside, the last part of it when it is long: a part of its moments. Bytes are kept as a byte
 * string, one character a byte, which moments share and which costs little to lengthen.
 */
import { fromBytes } from "../kernel/fs/byte-string.js";

/** More is neither read nor quick to draw. */
const KEPT = 64 << 10;

export class OutputText {
  private kept = "";
  private left = 0;

  append(bytes: Uint8Array): void {
    const grown = this.kept + fromBytes(bytes);
    const extra = grown.length - KEPT;
    // Cutting off much at once is cheaper than a little each time.
    const cut = extra > KEPT ? extra : 0;
    this.left += cut;
    this.kept = cut > 0 ? grown.slice(cut) : grown;
  }

  /** The last bytes, as a byte string. */
  get text(): string {
    return this.kept.slice(-KEPT);
  }

  /** How many bytes before them are not kept. */
  get leftOut(): number {
    return this.left + Math.max(0, this.kept.length - KEPT);
  }
}
