/** Windows on a program's data: one a section that holds data, and what changed in each since the last look. */
import type { MemoryWindow } from "../../views/machine-state.js";
import type { Stage } from "../stage/stage.js";
import { peekBytes } from "./peek.js";

/** Longer sections show their beginning. */
const LONGEST = 256;

interface Place {
  readonly title: string;
  readonly address: bigint;
  readonly length: number;
}

export class MemoryWindows {
  private before = new Map<string, readonly (number | undefined)[]>();

  constructor(private readonly stage: Stage) {}

  /** From now on changes are counted from how memory is now. */
  remember(): void {
    this.before = new Map(this.places().map((place) => [place.title, this.bytes(place)]));
  }

  state(): MemoryWindow[] {
    return this.places().map((place) => {
      const bytes = this.bytes(place);
      const before = this.before.get(place.title);
      const changed = before === undefined ? [] : bytes.flatMap((byte, n) => (byte === before[n] ? [] : [n]));
      return { title: place.title, address: place.address, bytes, changed, labels: this.labels(place) };
    });
  }

  /** Data sections; without any, the program itself. */
  private places(): Place[] {
    const sections = this.stage.image?.sections.filter((section) => section.bytes.length > 0) ?? [];
    const data = sections.filter((section) => !section.code);
    return (data.length > 0 ? data : sections).map(({ name, address, bytes }) => ({
      title: name,
      address: address & ~7n,
      length: Math.min(LONGEST, (bytes.length + Number(address & 7n) + 7) & ~7),
    }));
  }

  private bytes({ address, length }: Place): (number | undefined)[] {
    return peekBytes(this.stage.world.machine.cpu, address, length);
  }

  private labels({ address, length }: Place): { address: bigint; name: string }[] {
    const symbols = [...(this.stage.image?.symbols ?? [])];
    return symbols.flatMap(([name, at]) =>
      at >= address && at < address + BigInt(length) ? [{ address: at, name }] : [],
    );
  }
}
