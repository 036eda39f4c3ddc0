/**
 * Two 8259A interrupt controllers, the second at input 2 of the first, as in every PC.
 * Source: Intel 8259A data sheet. Leaves out: special mask mode, polling, automatic rotation, buffered mode.
 *
 *     command port 20h/A0h      data port 21h/A1h
 *     ICW1  1 x x 1 LTIM ADI SNGL IC4          begins initialisation
 *     ICW2  vector of input 0 (bits 7:3)        then ICW3 (cascade), ICW4 (bit 1: automatic end of interrupt)
 *     OCW1  mask, one bit an input              (data port)
 *     OCW2  R SL EOI 0 0 level                  end of interrupt
 *     OCW3  0 ESMM SMM 0 1 P RR RIS             which register the command port reads
 */
import type { PortDevice } from "./ports.js";

/** Registers of one chip; plain data, copied into snapshots. */
export interface ChipState {
  /** Requests that wait, requests in service, inputs that are masked: one bit an input. */
  requests: number;
  inService: number;
  mask: number;
  /** Levels of the input lines, to find rising edges. */
  lines: number;
  vectorBase: number;
  automaticEnd: boolean;
  /** Which initialisation word the data port takes next: 2, 3, 4, or 0 for none. */
  awaited: number;
  wantsFourth: boolean;
  single: boolean;
  /** The command port reads the in-service register instead of the request register. */
  readsInService: boolean;
}

const newChip = (): ChipState => ({
  ...{ requests: 0, inService: 0, mask: 0xff, lines: 0, vectorBase: 0, automaticEnd: false },
  ...{ awaited: 0, wantsFourth: false, single: false, readsInService: false },
});

const FIRST = 0x20;
const SECOND = 0xa0;
const CASCADE_INPUT = 2;
const SPURIOUS = 7;

export class InterruptController implements PortDevice {
  state = { first: newChip(), second: newChip() };

  /** @param setLine drives INTR of the processor */
  constructor(private readonly setLine: (on: boolean) => void) {}

  /** Raises or lowers input 0..15; a rising edge is a request. */
  setInput(irq: number, on: boolean): void {
    const chip = irq < 8 ? this.state.first : this.state.second;
    const bit = 1 << (irq & 7);
    if (on && (chip.lines & bit) === 0) chip.requests |= bit;
    if (!on) chip.requests &= ~bit;
    chip.lines = on ? chip.lines | bit : chip.lines & ~bit;
    this.update();
  }

  /** The processor accepts: the vector of the most urgent request. */
  acknowledge(): number {
    const { first, second } = this.state;
    const input = mostUrgent(first);
    if (input < 0) return first.vectorBase + SPURIOUS;
    accept(first, input);
    let vector = first.vectorBase + input;
    if (input === CASCADE_INPUT) {
      const inner = mostUrgent(second);
      vector = second.vectorBase + (inner < 0 ? SPURIOUS : inner);
      if (inner >= 0) accept(second, inner);
    }
    this.update();
    return vector;
  }

  readPort(port: number): number {
    const chip = this.chipAt(port);
    if ((port & 1) === 1) return chip.mask;
    return chip.readsInService ? chip.inService : chip.requests;
  }

  writePort(port: number, value: number): void {
    const chip = this.chipAt(port);
    if ((port & 1) === 1) writeData(chip, value);
    else if ((value & 0x10) !== 0) initialise(chip, value);
    else if ((value & 0x08) !== 0) {
      if ((value & 2) !== 0) chip.readsInService = (value & 1) !== 0;
    } else if ((value & 0x20) !== 0) endOfInterrupt(chip, value);
    this.update();
  }

  private chipAt(port: number): ChipState {
    return (port & 0xfe) === SECOND ? this.state.second : this.state.first;
  }

  /** The second chip's output is the first one's input 2; the first one's output is INTR. */
  private update(): void {
    const { first, second } = this.state;
    if (mostUrgent(second) >= 0) first.requests |= 1 << CASCADE_INPUT;
    else first.requests &= ~(1 << CASCADE_INPUT);
    this.setLine(mostUrgent(first) >= 0);
  }

  /** After a restore: drives INTR again. */
  refresh(): void {
    this.update();
  }
}

/** Ports of both chips. */
export const CONTROLLER_PORTS = [FIRST, SECOND] as const;

/** The lowest-numbered request that is not masked and more urgent than everything in service; -1 for none. */
function mostUrgent(chip: ChipState): number {
  const waiting = chip.requests & ~chip.mask;
  for (let input = 0; input < 8; input++) {
    if ((chip.inService & (1 << input)) !== 0) return -1;
    if ((waiting & (1 << input)) !== 0) return input;
  }
  return -1;
}

function accept(chip: ChipState, input: number): void {
  chip.requests &= ~(1 << input);
  if (!chip.automaticEnd) chip.inService |= 1 << input;
}

function initialise(chip: ChipState, word: number): void {
  Object.assign(chip, newChip(), { lines: chip.lines, mask: 0 });
  chip.awaited = 2;
  chip.wantsFourth = (word & 1) !== 0;
  chip.single = (word & 2) !== 0;
}

function writeData(chip: ChipState, value: number): void {
  switch (chip.awaited) {
    case 2:
      chip.vectorBase = value & 0xf8;
      chip.awaited = chip.single ? (chip.wantsFourth ? 4 : 0) : 3;
      return;
    case 3:
      chip.awaited = chip.wantsFourth ? 4 : 0;
      return;
    case 4:
      chip.automaticEnd = (value & 2) !== 0;
      chip.awaited = 0;
      return;
    default:
      chip.mask = value;
  }
}

function endOfInterrupt(chip: ChipState, word: number): void {
  if ((word & 0x40) !== 0) chip.inService &= ~(1 << (word & 7));
  else chip.inService &= chip.inService - 1;
}
