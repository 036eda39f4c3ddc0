/**
 * A 16550A serial port at 3F8h with IRQ 4. A byte is sent at once; what comes in waits in the FIFO.
 * Source: National Semiconductor PC16550D data sheet. Leaves out: line speed, modem lines, parity and framing errors.
 *
 *     +0 RBR/THR data (DLL when DLAB)   +1 IER interrupt enable (DLM)   +2 IIR/FCR   +3 LCR (bit 7 DLAB)
 *     +4 MCR (bit 4 loopback)           +5 LSR (bit 0 data, 5 and 6 empty)           +6 MSR   +7 scratch
 */
import type { PortDevice } from "./ports.js";

/** First port of COM1. */
export const COM1 = 0x3f8;
const FIFO_SIZE = 16;
const DLAB = 0x80;
const LOOPBACK = 0x10;

export class SerialPort implements PortDevice {
  state = {
    divisor: 12,
    interruptEnable: 0,
    lineControl: 3,
    modemControl: 0,
    scratch: 0,
    fifoEnabled: false,
    received: [] as number[],
    overrun: false,
    /** The transmitter became empty and nobody has read that in IIR. */
    emptyPending: false,
  };
  /** Called with each byte that is sent. */
  output: (byte: number) => void = () => {};

  constructor(private readonly setInterrupt: (on: boolean) => void) {}

  /** Bytes arrive from outside; what does not fit is lost, as on a line, and LSR says so. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.state.received.length < FIFO_SIZE) this.state.received.push(byte);
      else this.state.overrun = true;
    }
    this.update();
  }

  readPort(port: number): number {
    const { state } = this;
    const banked = (state.lineControl & DLAB) !== 0;
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
        return 0xb0;
      default:
        return state.scratch;
    }
  }

  writePort(port: number, value: number): void {
    const { state } = this;
    const banked = (state.lineControl & DLAB) !== 0;
    switch (port - COM1) {
      case 0:
        if (banked) state.divisor = (state.divisor & 0xff00) | value;
        else this.send(value);
        break;
      case 1:
        if (banked) state.divisor = (state.divisor & 0xff) | (value << 8);
        else {
          state.emptyPending ||= (value & 2) !== 0 && (state.interruptEnable & 2) === 0;
          state.interruptEnable = value & 0xf;
        }
        break;
      case 2:
        state.fifoEnabled = (value & 1) !== 0;
        if ((value & 2) !== 0) state.received.length = 0;
        break;
      case 3:
        state.lineControl = value;
        break;
      case 4:
        state.modemControl = value & 0x1f;
        break;
      case 7:
        state.scratch = value;
        break;
      default:
    }
    this.update();
  }

  private send(byte: number): void {
    if ((this.state.modemControl & LOOPBACK) !== 0) this.receive(Uint8Array.of(byte));
    else this.output(byte);
    this.state.emptyPending = true;
  }

  private takeByte(): number {
    const byte = this.state.received.shift() ?? 0;
    this.update();
    return byte;
  }

  private lineStatus(): number {
    const status = 0x60 | (this.state.received.length > 0 ? 1 : 0) | (this.state.overrun ? 2 : 0);
    this.state.overrun = false;
    return status;
  }

  /** The most urgent reason for an interrupt. Reading "transmitter empty" clears it. */
  private identify(): number {
    const fifo = this.state.fifoEnabled ? 0xc0 : 0;
    const reason = this.reason();
    if (reason === 2) {
      this.state.emptyPending = false;
      this.update();
    }
    return fifo | reason;
  }

  private reason(): number {
    const { interruptEnable, received, emptyPending } = this.state;
    if ((interruptEnable & 1) !== 0 && received.length > 0) return 4;
    if ((interruptEnable & 2) !== 0 && emptyPending) return 2;
    return 1;
  }

  private update(): void {
    this.setInterrupt(this.reason() !== 1);
  }
}
