/**
 * The kernel's log: what it has to say, with the time since boot. dmesg shows it, by /dev/kmsg or by the call syslog.
 * Models printk (Linux kernel/printk/printk.c). Leaves out: consoles (nobody is shown a line unasked), facilities of programs,
 * and levels that can be set.
 */

/** How grave a line is. Source: include/linux/kern_levels.h. */
export const LOG_LEVEL = {
  emergency: 0,
  alert: 1,
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
} as const;
export type LogLevel = keyof typeof LOG_LEVEL;

export interface LogLine {
  /** Counts all lines since boot. */
  readonly sequence: number;
  readonly level: number;
  /** Microseconds since boot. */
  readonly time: number;
  /** A byte string without a line break. */
  readonly text: string;
}

/** Bytes of text that are kept (CONFIG_LOG_BUF_SHIFT 17); beyond that the oldest lines are forgotten. */
export const LOG_BUFFER_SIZE = 1 << 17;

export class KernelLog {
  private readonly kept: LogLine[] = [];
  private bytes = 0;
  private next = 0;
  /** Lines before this one were cleared away for those who read all. */
  private clearedTo = 0;

  get lines(): readonly LogLine[] {
    return this.kept;
  }

  /** Adds a line. */
  add(level: number, text: string, time: number): LogLine {
    const line = { sequence: this.next++, level, time, text };
    this.kept.push(line);
    this.bytes += text.length;
    while (this.bytes > LOG_BUFFER_SIZE && this.kept.length > 1) this.bytes -= this.kept.shift()!.text.length;
    return line;
  }

  /** The first line from `sequence` on that is still there. */
  from(sequence: number): LogLine | undefined {
    return this.kept.find((line) => line.sequence >= sequence);
  }

  /** The lines since the log was cleared, as syslog gives them. */
  text(): string {
    return this.kept
      .filter(({ sequence }) => sequence >= this.clearedTo)
      .map(formatLine)
      .join("");
  }

  /** Who asks for all lines gets only later ones from now on. */
  clear(): void {
    this.clearedTo = this.next;
  }

  /** The first line that was not cleared away. */
  get cleared(): number {
    return this.clearedTo;
  }
}

/** "<6>[    1.234567] text\n" */
function formatLine({ level, time, text }: LogLine): string {
  const seconds = `${Math.floor(time / 1e6)}`.padStart(5);
  return `<${level}>[${seconds}.${String(time % 1e6).padStart(6, "0")}] ${text}\n`;
}
