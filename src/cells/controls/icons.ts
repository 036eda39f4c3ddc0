/** Small pictures on buttons. They say nothing that the button's words do not say. */
import type { Command } from "./commands.js";

const SVG = "http://www.w3.org/2000/svg";

/** Paths in a square of 16 by 16. */
const PATHS: Readonly<Partial<Record<Command | "more", string>>> = {
  run: "M4 2.5v11l9-5.5z",
  stop: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M3 3v10l7-5zM11 3h2v10h-2z",
  back: "M13 3v10L6 8zM3 3h2v10H3z",
  reset: "M8 3a5 5 0 1 1-4.6 3H1.2L4 1.5 7 6H5.1A3.4 3.4 0 1 0 8 4.6z",
  more: "M3 6.5h0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zM8 6.5h0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zM13 6.5h0a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
};

/** The picture of a command, if it has one. */
export function iconOf(name: Command | "more"): SVGElement | undefined {
  const path = PATHS[name];
  if (path === undefined) return undefined;
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 16 16");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  icon.append(shape);
  return icon;
}
