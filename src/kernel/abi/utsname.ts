/** What uname tells, until the system is renamed; the release decides what glibc expects of the kernel. */
export const UNAME = {
  sysname: "Linux",
  nodename: "you-in-cpu",
  release: "6.1.0",
  version: "#1 You in CPU",
  machine: "x86_64",
  domainname: "(none)",
} as const;
