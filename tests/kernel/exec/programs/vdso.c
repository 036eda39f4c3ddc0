/* The vDSO found by hand as C libraries find it, and its functions called. */
#define _GNU_SOURCE
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static char *base;
static Elf64_Sym *symbols;
static const char *strings;
static unsigned *table;
static Elf64_Versym *versions;
static Elf64_Verdef *definitions;

static void open_vdso(void) {
  base = (char *)getauxval(AT_SYSINFO_EHDR);
  Elf64_Ehdr *header = (void *)base;
  Elf64_Phdr *program = (void *)(base + header->e_phoff);
  printf("magic %d type %d machine %d page %d\n", memcmp(base, ELFMAG, 4), header->e_type, header->e_machine, (int)((long)base & 4095));
  for (int i = 0; i < header->e_phnum; i++) {
    if (program[i].p_type != PT_DYNAMIC) continue;
    for (Elf64_Dyn *d = (void *)(base + program[i].p_vaddr); d->d_tag; d++) {
      void *at = base + d->d_un.d_ptr;
      if (d->d_tag == DT_SYMTAB) symbols = at;
      if (d->d_tag == DT_STRTAB) strings = at;
      if (d->d_tag == DT_GNU_HASH) table = at;
      if (d->d_tag == DT_VERSYM) versions = at;
      if (d->d_tag == DT_VERDEF) definitions = at;
    }
    for (Elf64_Dyn *d = (void *)(base + program[i].p_vaddr); d->d_tag; d++)
      if (d->d_tag == DT_SONAME) printf("soname %s\n", strings + d->d_un.d_val);
  }
}

static void *find(const char *name) {
  unsigned hash = 5381;
  for (const char *p = name; *p; p++) hash = hash * 33 + *(unsigned char *)p;
  unsigned buckets = table[0], first = table[1], words = table[2], shift = table[3];
  unsigned long *filter = (void *)(table + 4), word = filter[hash / 64 % words];
  if (!(word >> hash % 64 & word >> (hash >> shift) % 64 & 1)) { printf("%s is not in the filter\n", name); return 0; }
  unsigned *bucket = (void *)(filter + words), *chain = bucket + buckets;
  for (unsigned n = bucket[hash % buckets]; n; n++) {
    unsigned here = chain[n - first];
    if ((here | 1) == (hash | 1) && !strcmp(strings + symbols[n].st_name, name)) {
      const char *version = "none";
      for (Elf64_Verdef *d = definitions;; d = (void *)((char *)d + d->vd_next)) {
        if (d->vd_ndx == (versions[n] & 0x7fff)) version = strings + ((Elf64_Verdaux *)((char *)d + d->vd_aux))->vda_name, printf("hash of the version %x ", d->vd_hash);
        if (!d->vd_next) break;
      }
      printf("%s: version %s type %d bind %d\n", name, version, symbols[n].st_info & 15, symbols[n].st_info >> 4);
      return base + symbols[n].st_value;
    }
    if (here & 1) break;
  }
  printf("%s is not there\n", name);
  return 0;
}

static long long nanoseconds(struct timespec t) { return t.tv_sec * 1000000000LL + t.tv_nsec; }

int main(void) {
  open_vdso();
  int (*gettime)(int, struct timespec *) = find("__vdso_clock_gettime");
  int (*daytime)(struct timeval *, struct timezone *) = find("__vdso_gettimeofday");
  long (*seconds)(long *) = find("__vdso_time");
  int (*cpu)(unsigned *, unsigned *, void *) = find("__vdso_getcpu");
  find("clock_gettime"), find("gettimeofday"), find("time"), find("getcpu"), find("nothing");
  for (int id = -3; id < 14; id++) {
    struct timespec before, between, after;
    int wanted = syscall(SYS_clock_gettime, id, &before);
    int got = gettime(id, &between);
    syscall(SYS_clock_gettime, id, &after);
    // Alarm clocks and clocks of processes are not asked: machines differ.
    if (id == 2 || id == 3 || (id > 7 && id != 10) || id < -1) continue;
    int coarse = id == 5 || id == 6;
    printf("clock %d: %d %d", id, wanted != 0, got != 0);
    if (!got) printf(" in order %d %d range %d", coarse || nanoseconds(before) <= nanoseconds(between), coarse || nanoseconds(between) <= nanoseconds(after), between.tv_nsec >= 0 && between.tv_nsec < 1000000000);
    puts("");
  }
  struct timeval day;
  struct timezone zone = {77, 77};
  struct timespec real;
  printf("gettimeofday %d", daytime(&day, &zone));
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &real);
  printf(" zone %d %d near %d\n", zone.tz_minuteswest, zone.tz_dsttime, nanoseconds(real) - (day.tv_sec * 1000000000LL + day.tv_usec * 1000) < 1000000000LL);
  printf("without places %d %d\n", daytime(0, &zone), daytime(0, 0));
  long stored = 0, now = seconds(&stored);
  printf("time stored %d near %d\n", now == stored, real.tv_sec - now < 2);
  unsigned which = 99, node = 99;
  printf("getcpu %d", cpu(&which, &node, 0)), printf(" node %d\n", node), printf("%d %d\n", cpu(0, 0, 0), which < 99);
  long long last = 0;
  int good = 1;
  for (int i = 0; i < 10000; i++) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    good &= nanoseconds(t) >= last, last = nanoseconds(t);
  }
  printf("monotonic %d\n", good);
  return 0;
}
