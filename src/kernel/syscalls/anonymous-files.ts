/**
 * Files without a name: memfd_create.
 * Models Linux mm/memfd.c. Leaves out: sealing (F_ADD_SEALS), huge pages.
 */
import { E } from "../abi/errno.js";
import { O_LARGEFILE, O_RDWR } from "../abi/open-flags.js";
import { openOutsideTree } from "../fs/descriptors.js";
import { RegularFile } from "../fs/regular-file.js";
import { flags, type SystemCall, systemCall, text } from "./definition.js";
import { pathAt } from "./file-arguments.js";

const MFD = { MFD_CLOEXEC: 1, MFD_ALLOW_SEALING: 2, MFD_HUGETLB: 4, MFD_NOEXEC_SEAL: 8, MFD_EXEC: 16 };
const LONGEST_NAME = 249;

const memfdCreate = systemCall(
  "memfd_create",
  "Makes a file in memory that has no name in the tree.",
  { name: text, flags: flags(MFD) },
  (call, values) => {
    if (values.flags & ~(MFD.MFD_CLOEXEC | MFD.MFD_ALLOW_SEALING | MFD.MFD_NOEXEC_SEAL | MFD.MFD_EXEC))
      return E.EINVAL;
    if (values.flags & MFD.MFD_EXEC && values.flags & MFD.MFD_NOEXEC_SEAL) return E.EINVAL;
    const name = pathAt(call, values.name);
    if (typeof name === "number") return name === E.ENAMETOOLONG ? E.EINVAL : name;
    if (name.length > LONGEST_NAME) return E.EINVAL;
    const { files } = call.task;
    const inode = new RegularFile(files.system, values.flags & MFD.MFD_NOEXEC_SEAL ? 0o666 : 0o777);
    inode.links = 0;
    inode.uid = files.credentials.euid;
    inode.gid = files.credentials.egid;
    const closeOnExec = (values.flags & MFD.MFD_CLOEXEC) !== 0;
    return openOutsideTree(files, inode, O_RDWR | O_LARGEFILE, closeOnExec, `/memfd:${name} (deleted)`);
  },
  "sealing and huge pages",
);

export const ANONYMOUS_FILE_CALLS: readonly SystemCall[] = [memfdCreate];
