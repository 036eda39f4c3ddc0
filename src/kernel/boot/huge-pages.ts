/**
 * Huge pages in the tree of files: the pool under /proc/sys/vm and /sys/kernel/mm/hugepages, and for those that come by themselves
 * /sys/kernel/mm/transparent_hugepage. Models mm/hugetlb_sysfs.c and mm/huge_memory.c of Linux.
 */
import { ChoiceFile } from "../fs/choice-file.js";
import type { FileSystem } from "../fs/file-system.js";
import { FixedText, ProcText } from "../fs/proc-text.js";
import { SettingFile } from "../fs/setting-file.js";
import type { Kernel } from "../kernel.js";
import { HUGE_PAGE } from "../mm/page-tables.js";
import { HUGE_PAGE_MODES } from "../mm/transparent-huge-pages.js";
import { MOST_MAPPINGS } from "../mm/vma-list.js";

/** A number that can only be read. */
class NumberFile extends ProcText {
  constructor(
    system: FileSystem,
    private readonly value: () => number,
  ) {
    super(system);
  }

  protected override text(): string {
    return `${this.value()}\n`;
  }
}

export function addHugePageFiles({ files, systemMemory }: Kernel): void {
  const { pool, hugePages, lowestAddress } = systemMemory;
  const natural = { least: 0 };
  if (files.find("/proc/sys/vm")) {
    const put = (name: string, setting: { value: number }) =>
      files.put(`/proc/sys/vm/${name}`, new SettingFile(files, setting, natural));
    put("nr_hugepages", pool);
    put("nr_overcommit_hugepages", pool.overcommit);
    put("mmap_min_addr", lowestAddress);
    files.put("/proc/sys/vm/max_map_count", new FixedText(files, `${MOST_MAPPINGS}\n`));
  }
  if (!files.find("/sys/kernel")) return;
  const folder = "/sys/kernel/mm/hugepages/hugepages-2048kB";
  files.put(`${folder}/nr_hugepages`, new SettingFile(files, pool, natural));
  files.put(`${folder}/nr_overcommit_hugepages`, new SettingFile(files, pool.overcommit, natural));
  files.put(`${folder}/free_hugepages`, new NumberFile(files, () => pool.free));
  files.put(`${folder}/resv_hugepages`, new NumberFile(files, () => pool.reserved));
  files.put(`${folder}/surplus_hugepages`, new NumberFile(files, () => pool.surplus));
  const transparent = "/sys/kernel/mm/transparent_hugepage";
  files.put(`${transparent}/enabled`, new ChoiceFile(files, HUGE_PAGE_MODES, hugePages));
  files.put(`${transparent}/hpage_pmd_size`, new FixedText(files, `${HUGE_PAGE}\n`));
  files.put(`${transparent}/use_zero_page`, new FixedText(files, "1\n"));
}
