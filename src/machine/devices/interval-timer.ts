/**
 * The 8254 interval timer: channel 0 drives IRQ 0, channel 2 the speaker gate that programs use to wait.
 * Source: Intel 8254 data sheet; modes 0 (one shot), 2 (rate generator) and 3 (square wave).
 * Leaves out: modes 1, 4, 5, BCD counting; channel 1 (memory refresh) counts and does nothing.
 *
 *     port 40h–42h  counters       port 43h  control word: SC1 SC0 RW1 RW0 M2 M1 M0 BCD
 *     read-back     1 1 /COUNT /STATUS CNT2 CNT1 CNT0 0       status: OUT, null count, RW1 RW0, M2 M1 M0, BCD
 *     port 61h      bit 0 gate of channel 2, bit 5 its output
 */
import type { TimedDevice } from "./clock.js";
import type { PortDevice } from "./ports.js";

/** Frequency of the counters. */
export const PIT_HERTZ = 1193182;

/** Registers of one counter; plain data. */
export interface ChannelState {
  mode: number;
  /** 1 low byte only, 2 high byte only, 3 low then high. */
  access: number;
  /** Counts from this value; 0 stands for 65536. */
  reload: number;
  /** Clock time at which counting from `reload` began; -1 while it does not count. */
  startedAt: number;
  /** Low byte already written, waiting for the high one; -1 for none. */
  pendingLow: number;
  /** A latched count and how many of its bytes were read; -1 for none. */
  latched: number;
  readHighNext: boolean;
  /** A latched status byte that nobody has read; -1 for none. */
  latchedStatus: number;
  /** Clock time of the next output edge that matters (channel 0 only). */
  nextEdge: number;
}

const newChannel = (): ChannelState => ({
  ...{ mode: 3, access: 3, reload: 0, startedAt: -1, pendingLow: -1 },
  ...{ latched: -1, readHighNext: false, latchedStatus: -1, nextEdge: Number.POSITIVE_INFINITY },
});

export class IntervalTimer implements PortDevice, TimedDevice {
  state = { channels: [newChannel(), newChannel(), newChannel()], speaker: 0 };

  constructor(
    private readonly now: () => number,
    /** Steps of the clock for one count. */
    private readonly stepsPerCount: number,
    private readonly setInterrupt: (on: boolean) => void,
    /** Told when `nextEvent` may have become earlier. */
    private readonly onChange: () => void,
  ) {}

  nextEvent(): number {
    return this.state.channels[0]!.nextEdge;
  }

  /** Raises IRQ 0 for every period that has ended; several at once are one, as on a line. */
  advance(now: number): void {
    const channel = this.state.channels[0]!;
    if (now < channel.nextEdge) return;
    this.setInterrupt(false);
    this.setInterrupt(true);
    if (channel.mode === 0) channel.nextEdge = Number.POSITIVE_INFINITY;
    else {
      const period = this.period(channel);
      channel.nextEdge += period * (Math.floor((now - channel.nextEdge) / period) + 1);
    }
  }

  readPort(port: number): number {
    if (port === 0x61) return (this.state.speaker & 0x0f) | (this.output(this.state.channels[2]!) ? 0x20 : 0);
    const channel = this.state.channels[port - 0x40];
    return channel ? this.readCounter(channel) : 0xff;
  }

  writePort(port: number, value: number): void {
    if (port === 0x61) this.writeGate(value);
    else if (port === 0x43) this.control(value);
    else this.writeCounter(port - 0x40, value);
    this.onChange();
  }

  private period(channel: ChannelState): number {
    return (channel.reload || 0x10000) * this.stepsPerCount;
  }

  private control(word: number): void {
    const number = word >> 6;
    if (number === 3) {
      this.readBack(word);
      return;
    }
    const channel = this.state.channels[number]!;
    const access = (word >> 4) & 3;
    if (access === 0) this.latch(channel);
    else {
      const mode = (word >> 1) & 7;
      Object.assign(channel, newChannel(), { access, mode: mode > 5 ? mode & 3 : mode });
      if (number === 0) this.setInterrupt(false);
    }
  }

  /** Latches count (bit 5 = 0) and status (bit 4 = 0) of the chosen channels; a status is read before a count. */
  private readBack(word: number): void {
    this.state.channels.forEach((channel, n) => {
      if ((word & (2 << n)) === 0) return;
      if ((word & 0x20) === 0) this.latch(channel);
      if ((word & 0x10) === 0 && channel.latchedStatus < 0) channel.latchedStatus = this.status(channel);
    });
  }

  private status(channel: ChannelState): number {
    const output = this.output(channel) ? 0x80 : 0;
    const noCountYet = channel.startedAt < 0 ? 0x40 : 0;
    return output | noCountYet | (channel.access << 4) | (channel.mode << 1);
  }

  private writeCounter(number: number, value: number): void {
    const channel = this.state.channels[number];
    if (!channel) return;
    if (channel.access === 3 && channel.pendingLow < 0) {
      channel.pendingLow = value;
      return;
    }
    const low = channel.access === 3 ? channel.pendingLow : channel.access === 1 ? value : 0;
    const high = channel.access === 1 ? 0 : value;
    channel.pendingLow = -1;
    channel.reload = (high << 8) | low;
    if (number !== 2 || (this.state.speaker & 1) !== 0) this.start(number);
  }

  private start(number: number): void {
    const channel = this.state.channels[number]!;
    channel.startedAt = this.now();
    if (number === 0) channel.nextEdge = channel.startedAt + this.period(channel);
  }

  private writeGate(value: number): void {
    const rises = (value & 1) !== 0 && (this.state.speaker & 1) === 0;
    this.state.speaker = value & 3;
    if (rises) this.start(2);
  }

  /** Counts since the start. */
  private elapsed(channel: ChannelState): number {
    return channel.startedAt < 0 ? 0 : Math.floor((this.now() - channel.startedAt) / this.stepsPerCount);
  }

  private count(channel: ChannelState): number {
    const reload = channel.reload || 0x10000;
    const elapsed = this.elapsed(channel);
    if (channel.mode === 0) return (reload - elapsed) & 0xffff;
    // A square wave counts by two, twice a period.
    const left = channel.mode === 3 ? reload - ((elapsed * 2) % reload) : reload - (elapsed % reload);
    return left & 0xffff;
  }

  private output(channel: ChannelState): boolean {
    if (channel.startedAt < 0) return channel.mode !== 0;
    const reload = channel.reload || 0x10000;
    const elapsed = this.elapsed(channel);
    if (channel.mode === 0) return elapsed >= reload;
    return channel.mode === 3 ? elapsed % reload < (reload + 1) >> 1 : elapsed % reload !== reload - 1;
  }

  private latch(channel: ChannelState): void {
    if (channel.latched < 0) channel.latched = this.count(channel);
  }

  private readCounter(channel: ChannelState): number {
    if (channel.latchedStatus >= 0) {
      const status = channel.latchedStatus;
      channel.latchedStatus = -1;
      return status;
    }
    const value = channel.latched >= 0 ? channel.latched : this.count(channel);
    const high = channel.access === 2 || (channel.access === 3 && channel.readHighNext);
    if (channel.access === 3) channel.readHighNext = !channel.readHighNext;
    if (channel.access !== 3 || !channel.readHighNext) channel.latched = -1;
    return high ? value >> 8 : value & 0xff;
  }
}
