/**
 * What has come to a socket and nobody has received yet: messages, each with the descriptions that travel along.
 * Models the receive queue of Linux net/unix/af_unix.c (unix_stream_read_generic, __unix_dgram_recvmsg).
 */
import type { OpenFile } from "./open-file.js";

/** The address of a socket: a path, "\0name" in the abstract space, or "" for none. A byte string. */
export type SocketAddress = string;

/** What was sent at once. */
export interface Message {
  bytes: Uint8Array;
  files: readonly OpenFile[];
  readonly from: SocketAddress;
}

/** What was received. */
export interface Received {
  readonly count: number;
  /** Length of the whole record, of which `count` bytes were taken. */
  readonly whole: number;
  readonly files: readonly OpenFile[];
  readonly from: SocketAddress;
}

export const NOTHING_RECEIVED: Received = { count: 0, whole: 0, files: [], from: "" };

const shared = (files: readonly OpenFile[]) => files.map((file) => file.share());

export class SocketInbox {
  private messages: Message[] = [];

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** Bytes in all messages. */
  get length(): number {
    return this.messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Bytes in the next message. */
  get nextLength(): number {
    return this.messages[0]?.bytes.length ?? 0;
  }

  push(message: Message): void {
    this.messages.push(message);
  }

  /** Throws everything away; descriptions that travelled lose an owner. */
  empty(): void {
    for (const { files } of this.messages.splice(0)) for (const file of files) file.release();
  }

  /** Takes one record; what does not fit is lost. */
  takeRecord(into: Uint8Array, peek: boolean): Received {
    const first = this.messages[0];
    if (!first) return NOTHING_RECEIVED;
    const part = first.bytes.subarray(0, into.length);
    into.set(part);
    if (!peek) this.messages.shift();
    const files = peek ? shared(first.files) : first.files;
    return { count: part.length, whole: first.bytes.length, files, from: first.from };
  }

  /** Takes bytes across the borders of messages, up to the end of one that carries descriptions. */
  takeStream(into: Uint8Array, peek: boolean): Received {
    let count = 0;
    let files: readonly OpenFile[] = [];
    for (let at = 0; count < into.length; ) {
      const message = this.messages[at];
      if (!message) break;
      const part = message.bytes.subarray(0, into.length - count);
      into.set(part, count);
      count += part.length;
      const carries = message.files.length > 0;
      if (carries) files = peek ? shared(message.files) : message.files;
      if (peek) at++;
      else if (part.length === message.bytes.length) this.messages.shift();
      else this.messages[0] = { ...message, bytes: message.bytes.subarray(part.length), files: [] };
      if (carries) break;
    }
    return { count, whole: count, files, from: "" };
  }
}
