/**
 * A 16550A serial port at 3F8h with IRQ 4. A byte is sent at once; what comes in waits in the FIFO. Its registers are in
 * serial-port-registers.ts. Source: National Semiconductor PC16550D data sheet.
 * Leaves out: line speed, modem lines other than in loopback, parity and framing errors. What comes in has no time between
 * its bytes, so 16 of them wait even while the FIFO is off, and what does not reach the trigger counts as left lying at once.
 */
import type { PortDevice } from "./ports.js";
import { COM1, FCR, IER, IIR, LCR, LSR, MCR, MSR } from "./serial-port-registers.js";

export { COM1 };

const FIFO_SIZE = 16;
const TRIGGERS = [1, 4, 8, 14] as const;
/** Lines when nothing is connected but a terminal that is always ready. */
const READY = MSR.make({ DCD: 1, DSR: 1, CTS: 1 });
/** Values of IIR.ID, most urgent first. */
const REASON = { lineStatus: 3, data: 2, leftLying: 6, empty: 1, modemStatus: 0 } as const;

export class SerialPort implements PortDevice {
  state = {
    divisor: 12,
    interruptEnable: 0,
    lineControl: 3,
    modemControl: 0,
    scratch: 0,
    fifoEnabled: false,
    trigger: 0,
    received: [] as number[],
    overrun: false,
    /** The transmitter became empty and nobody has read that in IIR. */
    emptyPending: false,
    /** Modem lines that changed since MSR was read: its lower four bits. */
    modemChanges: 0,
  };
  /** Called with each byte that is sent. */
  output: (byte: number) => void = () => {};

  constructor(private readonly setInterrupt: (on: boolean) => void) {}

  /** Bytes arrive from outside; what does not fit is lost, as on a line, and LSR says so. In loopback nothing is heard. */
  receive(bytes: Uint8Array): void {
    if (!MCR.has("LOOP", this.state.modemControl)) this.take(bytes);
  }

  private take(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.state.received.length < FIFO_SIZE) this.state.received.push(byte);
      else this.state.overrun = true;
    }
    this.update();
  }

  readPort(port: number): number {
    const { state } = this;
    const banked = LCR.has("DLAB", state.lineControl);
    switch (port - COM1) {
      case 0:
        return banked ? state.divisor & 0xff : this.takeByte();
      case 1:
        return banked ? state.divisor >> 8 : state.interruptEnable;
      case 2:
        return this.identify();
      case 3:
        return state.lineControl;
      case 4:
        return state.modemControl;
      case 5:
        return this.lineStatus();
      case 6:
        return this.modemStatus();
      default:
        return state.scratch;
    }
  }

  writePort(port: number, value: number): void {
    const { state } = this;
    const banked = LCR.has("DLAB", state.lineControl);
    switch (port - COM1) {
      case 0:
        if (banked) state.divisor = (state.divisor & 0xff00) | value;
        else this.send(value);
        break;
      case 1:
        if (banked) state.divisor = (state.divisor & 0xff) | (value << 8);
        else this.enableInterrupts(value);
        break;
      case 2:
        this.controlFifo(value);
        break;
      case 3:
        state.lineControl = value;
        break;
      case 4:
        this.controlModem(value);
        break;
      case 7:
        state.scratch = value;
        break;
      default:
    }
    this.update();
  }

  private send(byte: number): void {
    if (MCR.has("LOOP", this.state.modemControl)) this.take(Uint8Array.of(byte));
    else this.output(byte);
    this.state.emptyPending = true;
  }

  private enableInterrupts(value: number): void {
    const { state } = this;
    state.emptyPending ||= IER.has("ETBEI", value) && !IER.has("ETBEI", state.interruptEnable);
    state.interruptEnable = value & 0xf;
  }

  /** Switching the FIFO on or off empties it, too. */
  private controlFifo(value: number): void {
    const { state } = this;
    const enabled = FCR.has("ENABLE", value);
    if (enabled !== state.fifoEnabled || (enabled && FCR.has("RFIFOR", value))) state.received.length = 0;
    state.fifoEnabled = enabled;
    state.trigger = enabled ? FCR.get("TRIGGER", value) : 0;
  }

  private controlModem(value: number): void {
    const { state } = this;
    const before = modemLines(state.modemControl);
    state.modemControl = value & 0x1f;
    const now = modemLines(state.modemControl);
    // RI is told by its end, the others by any change.
    const changed = (before ^ now) & ~MSR.mask.RI & 0xf0;
    const ringEnded = (before & ~now & MSR.mask.RI) !== 0;
    state.modemChanges |= (changed >> 4) | (ringEnded ? MSR.mask.TERI : 0);
  }

  private modemStatus(): number {
    const value = modemLines(this.state.modemControl) | this.state.modemChanges;
    this.state.modemChanges = 0;
    this.update();
    return value;
  }

  private takeByte(): number {
    const byte = this.state.received.shift() ?? 0;
    this.update();
    return byte;
  }

  private lineStatus(): number {
    const { received, overrun } = this.state;
    this.state.overrun = false;
    this.update();
    return LSR.make({ TEMT: 1, THRE: 1, DR: received.length > 0, OE: overrun });
  }

  /** Reading "transmitter empty" clears it. */
  private identify(): number {
    const reason = this.reason();
    if (reason === REASON.empty) {
      this.state.emptyPending = false;
      this.update();
    }
    const FIFO = this.state.fifoEnabled ? 3 : 0;
    return reason === undefined ? IIR.make({ FIFO, NONE: 1 }) : IIR.make({ FIFO, ID: reason });
  }

  /** The most urgent reason for an interrupt. */
  private reason(): number | undefined {
    const { interruptEnable, received, emptyPending, overrun, trigger, modemChanges } = this.state;
    if (IER.has("ELSI", interruptEnable) && overrun) return REASON.lineStatus;
    if (IER.has("ERBFI", interruptEnable) && received.length > 0)
      return received.length >= TRIGGERS[trigger]! ? REASON.data : REASON.leftLying;
    if (IER.has("ETBEI", interruptEnable) && emptyPending) return REASON.empty;
    if (IER.has("EDSSI", interruptEnable) && modemChanges !== 0) return REASON.modemStatus;
    return undefined;
  }

  private update(): void {
    this.setInterrupt(this.reason() !== undefined);
  }
}

/** The upper half of MSR. In loopback the modem's lines are the port's own outputs. */
function modemLines(control: number): number {
  if (!MCR.has("LOOP", control)) return READY;
  return MSR.make({
    DCD: MCR.get("OUT2", control),
    RI: MCR.get("OUT1", control),
    DSR: MCR.get("DTR", control),
    CTS: MCR.get("RTS", control),
  });
}
