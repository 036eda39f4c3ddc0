/**
 * The 8254 interval timer: channel 0 drives IRQ 0, channel 2 the speaker gate that programs use to wait. Its registers are in
 * interval-timer-registers.ts. Source: Intel 8254 data sheet; modes 0 (one shot), 2 (rate generator) and 3 (square wave).
 * Leaves out: modes 1, 4, 5 and BCD counting, which count like mode 2 in binary; a new count for a square wave waits for
 * the end of the whole period, not of its half. Channel 1 (memory refresh) counts and does nothing.
 */
import type { TimedDevice } from "./clock.js";
import { CONTROL_WORD, READ_BACK, SPEAKER, SPEAKER_PORT, TIMER_STATUS } from "./interval-timer-registers.js";
import type { PortDevice } from "./ports.js";

/** Frequency of the counters. */
export const PIT_HERTZ = 1193182;
/** Counts between two refreshes of memory, as firmware sets them. */
const REFRESH_COUNTS = 18;
const NEVER = Number.POSITIVE_INFINITY;

/** Registers of one counter; plain data. */
export interface ChannelState {
  mode: number;
  /** 1 low byte only, 2 high byte only, 3 low then high. */
  access: number;
  /** Counts from this value; 0 stands for 65536. */
  reload: number;
  /** Clock time at which counting from `reload` began; -1 while it does not count. */
  startedAt: number;
  /** A count that replaces `reload` at `replacedAt`, the end of a period; -1 for none. */
  nextReload: number;
  replacedAt: number;
  /** Counts that had passed when the gate closed; -1 while it is open. */
  heldAfter: number;
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
  ...{ mode: 3, access: 3, reload: 0, startedAt: -1, nextReload: -1, replacedAt: NEVER },
  ...{ heldAfter: -1, pendingLow: -1, latched: -1, readHighNext: false, latchedStatus: -1, nextEdge: NEVER },
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

  get isPeriodic(): boolean {
    return this.state.channels[0]!.mode !== 0;
  }

  /** Raises IRQ 0 for every period that has ended; several at once are one, as on a line. */
  advance(now: number): void {
    const channel = this.state.channels[0]!;
    if (now < channel.nextEdge) return;
    this.strike();
    if (channel.mode === 0) channel.nextEdge = NEVER;
    else this.schedule(channel, now);
  }

  /** The output rises now, whatever the counter says. */
  strike(): void {
    this.setInterrupt(false);
    this.setInterrupt(true);
  }

  /** The end of the period that lasts at `now`. */
  private schedule(channel: ChannelState, now: number): void {
    this.settle(channel, now);
    const period = this.period(channel);
    const passed = Math.floor((now - channel.startedAt) / period);
    const next = channel.startedAt + period * (passed + 1);
    // The quotient may be rounded to just below a whole number.
    channel.nextEdge = next > now ? next : next + period;
  }

  /** A new count comes into force when the period in which it was written is over. */
  private settle(channel: ChannelState, now: number): void {
    if (now < channel.replacedAt) return;
    channel.reload = channel.nextReload;
    channel.startedAt = channel.replacedAt;
    channel.nextReload = -1;
    channel.replacedAt = NEVER;
  }

  readPort(port: number): number {
    for (const channel of this.state.channels) this.settle(channel, this.now());
    if (port === SPEAKER_PORT) return this.readSpeaker();
    const channel = this.state.channels[port - 0x40];
    return channel ? this.readCounter(channel) : 0xff;
  }

  writePort(port: number, value: number): void {
    for (const channel of this.state.channels) this.settle(channel, this.now());
    if (port === SPEAKER_PORT) this.writeGate(value);
    else if (port === CONTROL_WORD.at) this.control(value);
    else this.writeCounter(port - 0x40, value);
    this.onChange();
  }

  private readSpeaker(): number {
    const refreshes = Math.floor(this.now() / (this.stepsPerCount * REFRESH_COUNTS));
    const OUT2 = this.output(this.state.channels[2]!);
    return this.state.speaker | SPEAKER.make({ OUT2, REFRESH: refreshes % 2 });
  }

  private period(channel: ChannelState): number {
    return (channel.reload || 0x10000) * this.stepsPerCount;
  }

  private control(word: number): void {
    const number = CONTROL_WORD.get("SC", word);
    if (number === 3) {
      this.readBack(word);
      return;
    }
    const channel = this.state.channels[number]!;
    const access = CONTROL_WORD.get("RW", word);
    if (access === 0) this.latch(channel);
    else {
      const mode = CONTROL_WORD.get("M", word);
      Object.assign(channel, newChannel(), { access, mode: mode > 5 ? mode & 3 : mode });
      if (number === 0) this.setInterrupt(false);
    }
  }

  /** Latches counts and states of the chosen channels; a status is read before a count. */
  private readBack(word: number): void {
    const chosen = READ_BACK.get("CNT", word);
    this.state.channels.forEach((channel, n) => {
      if ((chosen & (1 << n)) === 0) return;
      if (!READ_BACK.has("NOT_COUNT", word)) this.latch(channel);
      if (!READ_BACK.has("NOT_STATUS", word) && channel.latchedStatus < 0)
        channel.latchedStatus = this.status(channel);
    });
  }

  private status(channel: ChannelState): number {
    const NULL_COUNT = channel.startedAt < 0 || channel.nextReload >= 0;
    const OUTPUT = this.output(channel);
    return TIMER_STATUS.make({ OUTPUT, NULL_COUNT, RW: channel.access, M: channel.mode });
  }

  private writeCounter(number: number, value: number): void {
    const channel = this.state.channels[number];
    if (!channel) return;
    if (channel.access === 3 && channel.pendingLow < 0) {
      channel.pendingLow = value;
      // The first byte stops a one-shot, and its output falls.
      if (channel.mode === 0) this.stop(number);
      return;
    }
    const low = channel.access === 3 ? channel.pendingLow : channel.access === 1 ? value : 0;
    const high = channel.access === 1 ? 0 : value;
    channel.pendingLow = -1;
    this.load(number, (high << 8) | low);
  }

  private stop(number: number): void {
    Object.assign(this.state.channels[number]!, { startedAt: -1, nextEdge: NEVER });
    if (number === 0) this.setInterrupt(false);
  }

  /** A one-shot begins again at once; what counts periodically ends its period first. */
  private load(number: number, count: number): void {
    const channel = this.state.channels[number]!;
    if (channel.mode !== 0 && channel.startedAt >= 0 && channel.heldAfter < 0) {
      const period = this.period(channel);
      const passed = Math.floor((this.now() - channel.startedAt) / period);
      channel.nextReload = count;
      channel.replacedAt = channel.startedAt + period * (passed + 1);
      return;
    }
    channel.reload = count;
    this.start(number);
  }

  private start(number: number): void {
    const channel = this.state.channels[number]!;
    channel.startedAt = this.now();
    channel.heldAfter = number === 2 && !SPEAKER.has("GATE2", this.state.speaker) ? 0 : -1;
    if (number === 0) channel.nextEdge = channel.startedAt + this.period(channel);
  }

  /** A gate that opens lets a one-shot count on, and begins a period anew. */
  private writeGate(value: number): void {
    const channel = this.state.channels[2]!;
    const before = SPEAKER.has("GATE2", this.state.speaker);
    const after = SPEAKER.has("GATE2", value);
    if (channel.startedAt >= 0 && before && !after) channel.heldAfter = this.elapsed(channel);
    this.state.speaker = value & (SPEAKER.mask.GATE2 | SPEAKER.mask.SPKR);
    if (channel.startedAt < 0 || before || !after) return;
    const passed = channel.mode === 0 ? channel.heldAfter : 0;
    Object.assign(channel, { heldAfter: -1, startedAt: this.now() - passed * this.stepsPerCount });
  }

  /** Counts since the start. */
  private elapsed(channel: ChannelState): number {
    if (channel.startedAt < 0) return 0;
    if (channel.heldAfter >= 0) return channel.heldAfter;
    return Math.floor((this.now() - channel.startedAt) / this.stepsPerCount);
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
    if (channel.heldAfter >= 0) return true;
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
