/** What a file's bytes and the pages of it that are in memory have to tell each other. The pages are in `mm/file-pages.ts`. */
export interface MappedPages {
  /** What was read from the file at `position` becomes what programs have stored there. */
  overlay(into: Uint8Array, position: number): void;
  /** The file was written. */
  written(bytes: Uint8Array, position: number): void;
  /** The file ends at `size` now. */
  truncated(size: number): void;
  /** The file is to hold what programs have stored. */
  writeBack(): void;
  /** Some process maps it so that it stores into it, or could. */
  readonly isMappedWritable: boolean;
  /** Some process maps it. */
  readonly isMapped: boolean;
}
