/** What a program wrote, as text, the last part of it when it is long. */
import { plural } from "../../views/numbers.js";

/** More is neither read nor quick to draw. */
const KEPT = 64 << 10;

export class TextLog {
  private kept = "";
  private dropped = 0;
  private readonly decoder = new TextDecoder();

  /** Bytes of UTF-8; a character may be split between two calls. */
  append(bytes: Uint8Array): void {
    const grown = this.kept + this.decoder.decode(bytes, { stream: true });
    const extra = Math.max(0, grown.length - KEPT);
    this.dropped += extra;
    this.kept = extra > 0 ? grown.slice(extra) : grown;
  }

  get text(): string {
    return this.dropped === 0
      ? this.kept
      : `… ${plural(this.dropped, "character")} before this left out …\n${this.kept}`;
  }
}
