/** The processor: being written. */
export class Cpu {}
