/** When the processor's quick loop looks up from executing instructions. */

/** Reasons to leave the quick loop at the next instruction boundary, as bits. */
export const ATTENTION = {
  /** INTR is asserted and IF is set. */
  INTERRUPT: 1,
  /** TF is set. */
  TRAP: 2,
  /** The next instruction is protected from interrupts. */
  SHADOW: 4,
  /** `run` is to return. */
  YIELD: 8,
  /** An instruction ran with TF set and its #DB is due. */
  STEPPED: 16,
  /** A breakpoint of the debug registers is enabled: every instruction is looked at. */
  ARMED: 32,
  /** An instruction touched data with such a breakpoint and its #DB is due; DR6 says which. */
  TOUCHED: 64,
  /** The processor is not in 64-bit mode: every instruction is fetched anew. */
  LEGACY: 128,
  /** An NMI waits and nothing keeps it back. */
  NMI: 256,
} as const;

/** Evaluated steps between two looks at where the time goes. A prime, so that no loop keeps in step with it and hides a part. */
export const SLICE = 509;
