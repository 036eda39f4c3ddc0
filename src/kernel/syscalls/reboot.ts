/** Switching the machine off. Models reboot (Linux kernel/reboot.c); magic numbers from include/uapi/linux/reboot.h. */
import { CAP } from "../abi/capabilities.js";
import { E } from "../abi/errno.js";
import { endSystem, type SwitchedOff } from "../process/system-end.js";
import { address, choice, type SystemCall, systemCall } from "./definition.js";

const LINUX_REBOOT_MAGIC1 = { LINUX_REBOOT_MAGIC1: 0xfee1dead | 0 };
const LINUX_REBOOT_MAGIC2 = {
  ...{ LINUX_REBOOT_MAGIC2: 672274793, LINUX_REBOOT_MAGIC2A: 85072278 },
  ...{ LINUX_REBOOT_MAGIC2B: 369367448, LINUX_REBOOT_MAGIC2C: 537993216 },
};
const COMMAND = {
  ...{ LINUX_REBOOT_CMD_RESTART: 0x01234567, LINUX_REBOOT_CMD_HALT: 0xcdef0123 | 0 },
  ...{ LINUX_REBOOT_CMD_CAD_ON: 0x89abcdef | 0, LINUX_REBOOT_CMD_CAD_OFF: 0 },
  ...{ LINUX_REBOOT_CMD_POWER_OFF: 0x4321fedc, LINUX_REBOOT_CMD_RESTART2: 0xa1b2c3d4 | 0 },
};

const ENDS: ReadonlyMap<number, SwitchedOff> = new Map([
  [COMMAND.LINUX_REBOOT_CMD_HALT, "halted"],
  [COMMAND.LINUX_REBOOT_CMD_POWER_OFF, "powered-off"],
  [COMMAND.LINUX_REBOOT_CMD_RESTART, "restarted"],
  [COMMAND.LINUX_REBOOT_CMD_RESTART2, "restarted"],
]);

const reboot = systemCall(
  "reboot",
  "Stops, switches off or restarts the machine, at once.",
  {
    magic1: choice(LINUX_REBOOT_MAGIC1),
    magic2: choice(LINUX_REBOOT_MAGIC2),
    cmd: choice(COMMAND),
    arg: address,
  },
  ({ kernel, task, memory }, { magic1, magic2, cmd, arg }) => {
    if (!task.capable(CAP.CAP_SYS_BOOT)) return E.EPERM;
    if (magic1 !== LINUX_REBOOT_MAGIC1.LINUX_REBOOT_MAGIC1) return E.EINVAL;
    if (!Object.values(LINUX_REBOOT_MAGIC2).includes(magic2)) return E.EINVAL;
    if (cmd === COMMAND.LINUX_REBOOT_CMD_CAD_ON || cmd === COMMAND.LINUX_REBOOT_CMD_CAD_OFF) return 0;
    const end = ENDS.get(cmd);
    if (!end) return E.EINVAL;
    if (cmd === COMMAND.LINUX_REBOOT_CMD_RESTART2 && typeof memory.readString(arg) !== "string")
      return E.EFAULT;
    endSystem(kernel, end);
    return "gone";
  },
  "Ctrl-Alt-Del, and with it what CAD_ON and CAD_OFF say; the command of RESTART2; starting again, which is left to who runs the machine",
);

export const REBOOT_CALLS: readonly SystemCall[] = [reboot];
