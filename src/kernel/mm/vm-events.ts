/**
 * What has happened to pages since boot, counted as /proc/vmstat tells it.
 * Models enum vm_event_item (Linux include/linux/vm_event_item.h). Leaves out: counters per zone, and of what this kernel has not.
 */
export class VmEvents {
  /** Page faults, and those among them that waited for a disk. */
  pgfault = 0;
  pgmajfault = 0;
  /** Kilobytes read from and written to disks for pages, and pages of swap areas. */
  pgpgin = 0;
  pgpgout = 0;
  pswpin = 0;
  pswpout = 0;
  /** Pages that reclaim has looked at, and those that it has freed: private and shared memory, files. */
  pgscanAnon = 0;
  pgscanFile = 0;
  pgstealAnon = 0;
  pgstealFile = 0;
  /** Pages of files that were read again after they had been given up. */
  workingsetRefaultFile = 0;
  /** Times that a program had to wait while memory was made free. */
  allocstall = 0;
  /** Times that kswapd has made some free, and the pages that it looked at and freed. */
  pageoutrun = 0;
  pgscanKswapd = 0;
  pgstealKswapd = 0;
  oomKill = 0;

  get pgscan(): number {
    return this.pgscanAnon + this.pgscanFile;
  }

  get pgsteal(): number {
    return this.pgstealAnon + this.pgstealFile;
  }
}
