/** How fast a run goes: a slider for the size and a field for the exact number of steps a second. Empty: as fast as it can. */
import { count, plural } from "../../views/numbers.js";

/** The slider's steps within a decade, and its decades; one step beyond them is full speed. */
const ROUND = [1, 1.6, 2.5, 4, 6] as const;
const DECADES = 6;
const FULL = ROUND.length * DECADES + 1;
const FASTEST = 10 ** DECADES;

export class SpeedControl {
  readonly element = document.createElement("div");
  private readonly slider = document.createElement("input");
  private readonly field = document.createElement("input");
  private current: number | undefined;

  /** @param changed hears the new pace: steps a second, or undefined for full speed */
  constructor(
    pace: number | undefined,
    private readonly changed: (pace: number | undefined) => void,
  ) {
    this.element.className = "cell-speed";
    this.slider.type = "range";
    this.slider.min = "0";
    this.slider.max = String(FULL);
    this.slider.setAttribute("aria-label", "Speed");
    this.slider.addEventListener("input", () => this.choose(paceAt(Number(this.slider.value))));
    this.field.type = "number";
    this.field.min = "1";
    this.field.max = String(FASTEST);
    this.field.placeholder = "full";
    this.field.setAttribute("aria-label", "Steps a second; empty for full speed");
    this.field.addEventListener("change", () => this.choose(judged(this.field.value)));
    const unit = document.createElement("span");
    unit.textContent = "steps/s";
    unit.setAttribute("aria-hidden", "true");
    this.element.append(this.slider, this.field, unit);
    this.show(pace);
  }

  /** Steps a second; undefined for as many as possible. */
  get pace(): number | undefined {
    return this.current;
  }

  show(pace: number | undefined): void {
    this.current = pace;
    this.slider.value = String(positionOf(pace));
    this.slider.setAttribute(
      "aria-valuetext",
      pace === undefined ? "as fast as it can" : `${plural(pace, "step")} a second`,
    );
    this.slider.title = pace === undefined ? "Full speed" : `${count(pace)} steps a second`;
    this.field.value = pace === undefined ? "" : String(pace);
  }

  private choose(pace: number | undefined): void {
    this.show(pace);
    this.changed(pace);
  }
}

/** The pace at a position of the slider, as a round number. */
export function paceAt(position: number): number | undefined {
  if (position >= FULL) return undefined;
  const decade = Math.floor(position / ROUND.length);
  return Math.round(ROUND[position % ROUND.length]! * 10 ** decade);
}

function positionOf(pace: number | undefined): number {
  return pace === undefined ? FULL : Math.round(Math.log10(Math.max(1, pace)) * ROUND.length);
}

/** What a typed number means: nothing and nonsense are full speed. */
function judged(text: string): number | undefined {
  const typed = Math.round(Number(text));
  return text.trim() === "" || !Number.isFinite(typed) ? undefined : Math.min(FASTEST, Math.max(1, typed));
}
