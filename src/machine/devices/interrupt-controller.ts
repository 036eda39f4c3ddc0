/**
 * Two 8259A interrupt controllers, the second at input 2 of the first, as in every PC. Their registers are in
 * interrupt-controller-registers.ts. Source: Intel 8259A data sheet.
 * Leaves out: buffered mode, the vectors of the 8080, level-triggered inputs (in this PC all inputs are edges).
 */
import { ICW1, ICW2, ICW4, OCW2, OCW3, POLL } from "./interrupt-controller-registers.js";
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
  /** Special fully nested: a chip behind an input may interrupt its own interrupt. */
  nestsSpecially: boolean;
  /** Special mask: what is in service and masked holds nothing up. */
  specialMask: boolean;
  /** The input of lowest priority; the one after it has the highest. */
  lowest: number;
  rotatesAutomatically: boolean;
  /** Which initialisation word the data port takes next: 2, 3, 4, or 0 for none. */
  awaited: number;
  wantsFourth: boolean;
  single: boolean;
  /** The command port reads the in-service register instead of the request register. */
  readsInService: boolean;
  /** The next read is a poll. */
  polled: boolean;
}

const newChip = (): ChipState => ({
  ...{ requests: 0, inService: 0, mask: 0xff, lines: 0, vectorBase: 0, automaticEnd: false },
  ...{ nestsSpecially: false, specialMask: false, lowest: 7, rotatesAutomatically: false },
  ...{ awaited: 0, wantsFourth: false, single: false, readsInService: false, polled: false },
});

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

  /** The processor accepts: the vector of the most urgent request. A request that vanished is answered with input 7. */
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
    if (chip.polled) return this.poll(chip);
    if ((port & 1) === 1) return chip.mask;
    return chip.readsInService ? chip.inService : chip.requests;
  }

  writePort(port: number, value: number): void {
    const chip = this.chipAt(port);
    if ((port & 1) === 1) writeData(chip, value);
    else if (ICW1.has("ICW1", value)) initialise(chip, value);
    else if (OCW3.get("OCW", value) === 1) command(chip, value);
    else if (OCW2.get("OCW", value) === 0) endOfInterrupt(chip, value);
    this.update();
  }

  /** A read in the place of an acknowledgement: this chip alone accepts. */
  private poll(chip: ChipState): number {
    chip.polled = false;
    const input = mostUrgent(chip);
    if (input >= 0) accept(chip, input);
    this.update();
    return POLL.make({ I: input >= 0, W: Math.max(input, 0) });
  }

  private chipAt(port: number): ChipState {
    return (port & 0x80) !== 0 ? this.state.second : this.state.first;
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

/** The request of highest priority that is not masked and more urgent than everything in service; -1 for none. */
function mostUrgent(chip: ChipState): number {
  const waiting = chip.requests & ~chip.mask;
  const holding = chip.specialMask ? chip.inService & ~chip.mask : chip.inService;
  for (let n = 1; n <= 8; n++) {
    const bit = 1 << ((chip.lowest + n) & 7);
    const nests = chip.nestsSpecially && bit === 1 << CASCADE_INPUT;
    if ((holding & bit) !== 0 && !nests) return -1;
    // Under special mask an interrupt in service is not accepted again.
    if ((waiting & bit) !== 0 && (nests || (chip.inService & bit) === 0)) return (chip.lowest + n) & 7;
    if ((holding & bit) !== 0) return -1;
  }
  return -1;
}

function accept(chip: ChipState, input: number): void {
  chip.requests &= ~(1 << input);
  if (!chip.automaticEnd) chip.inService |= 1 << input;
  else if (chip.rotatesAutomatically) chip.lowest = input;
}

/** Edges are sensed anew: a line that is high already has to fall first. */
function initialise(chip: ChipState, word: number): void {
  Object.assign(chip, newChip(), { lines: chip.lines, mask: 0 });
  chip.awaited = 2;
  chip.wantsFourth = ICW1.has("IC4", word);
  chip.single = ICW1.has("SNGL", word);
}

function writeData(chip: ChipState, value: number): void {
  switch (chip.awaited) {
    case 2:
      chip.vectorBase = value & ICW2.mask.T;
      chip.awaited = chip.single ? (chip.wantsFourth ? 4 : 0) : 3;
      return;
    case 3:
      // In a PC it is wired which chip is behind which input.
      chip.awaited = chip.wantsFourth ? 4 : 0;
      return;
    case 4:
      chip.automaticEnd = ICW4.has("AEOI", value);
      chip.nestsSpecially = ICW4.has("SFNM", value);
      chip.awaited = 0;
      return;
    default:
      chip.mask = value;
  }
}

function command(chip: ChipState, word: number): void {
  if (OCW3.has("ESMM", word)) chip.specialMask = OCW3.has("SMM", word);
  if (OCW3.has("P", word)) chip.polled = true;
  else if (OCW3.has("RR", word)) chip.readsInService = OCW3.has("RIS", word);
}

/** R SL EOI: all eight combinations mean something. */
function endOfInterrupt(chip: ChipState, word: number): void {
  const rotates = OCW2.has("R", word);
  const named = OCW2.has("SL", word);
  if (!OCW2.has("EOI", word)) {
    if (!named) chip.rotatesAutomatically = rotates;
    else if (rotates) chip.lowest = OCW2.get("L", word);
    return;
  }
  const input = named ? OCW2.get("L", word) : highestInService(chip);
  if (input < 0) return;
  chip.inService &= ~(1 << input);
  if (rotates) chip.lowest = input;
}

/** What an end of interrupt that names nothing ends; under special mask, what is masked is passed over. */
function highestInService(chip: ChipState): number {
  const candidates = chip.specialMask ? chip.inService & ~chip.mask : chip.inService;
  for (let n = 1; n <= 8; n++) {
    const input = (chip.lowest + n) & 7;
    if ((candidates & (1 << input)) !== 0) return input;
  }
  return -1;
}
