/** Where a reader has been: marks at the chapters in the list at the side and on the first page, and a way to forget it. */
import { progress } from "./kept.js";

const chapterOf = (path: string): string | undefined => /chapters\/([\w-]+?)(?:\.html)?\/?$/.exec(path)?.[1];

/** Notes that this page was opened, and keeps the marks true. */
export function showProgress(page: Document): void {
  const here = chapterOf(location.pathname);
  if (here) progress.note(`chapter/${here}`, { opened: true });
  const mark = () => {
    for (const link of page.querySelectorAll<HTMLAnchorElement>("#observablehq-sidebar a, .chapters a")) {
      const chapter = chapterOf(link.pathname);
      if (!chapter) continue;
      const number = chapter.split("-")[0]!;
      const solved = progress
        .names((deed) => deed.solved === true)
        .filter((name) => name.startsWith(`x${number}.`));
      link.classList.toggle("opened", progress.of(`chapter/${chapter}`).opened === true);
      if (solved.length > 0) link.dataset["solved"] = `${solved.length} ✓`;
      else delete link.dataset["solved"];
    }
  };
  progress.onChange(mark);
  mark();
}
