/**
 * How Observable Framework builds the book: its pages, its live fences, and nothing from another host.
 * Leaves out: looks (docs/style.css), what a cell is (src/cells), what a live fence may say (src/book/live-fence.ts).
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromHighlighter } from "@shikijs/markdown-it/core";
import { createHighlighter } from "shiki";
import githubDark from "shiki/themes/github-dark.mjs";
import githubLight from "shiki/themes/github-light.mjs";
import { addBookMarkdown, atPlace, openBook, readFixture } from "./scripts/book-pages.js";
import { bundleCells } from "./scripts/cell-bundles.mjs";
import { pageHead } from "./scripts/page-head.js";
import { prepareStills } from "./scripts/stills.js";
import { prepareRuns } from "./src/book/cell-runs.js";
import { CELL_STYLE } from "./src/cells/cell-style.js";

const DOCS = fileURLToPath(new URL("docs", import.meta.url));

process.env["OBSERVABLE_TELEMETRY_DISABLE"] = "1";
answerVersionsLocally();
forgetGeneratedPages();
await bundleCells(process.argv.includes("preview"));
writeFileSync(`${DOCS}/gen/cells.css`, CELL_STYLE);

// On the book's paper, comments and keywords of these themes would be too faint to read (less than 4.5 : 1).
const themes = { light: "github-light", dark: "github-dark" } as const;
const highlighter = await createHighlighter({
  themes: [
    {
      ...githubLight,
      colorReplacements: { "#6a737d": "#5d646c", "#d73a49": "#c4283a", "#e36209": "#a84400" },
    },
    { ...githubDark, colorReplacements: { "#6a737d": "#9aa2ab" } },
  ],
  langs: ["c", "ts", "js", "bash", "console", "json"],
});

const book = openBook();
await Promise.all([prepareRuns(readFixture), prepareStills()]);

type Markdown = Parameters<ReturnType<typeof fromHighlighter>>[0];

export default {
  root: "docs",
  output: "dist",
  title: "You in CPU",
  style: "style.css",
  globalStylesheets: [],
  search: true,
  header: "",
  footer: "",
  head: ({
    title,
    data,
    path,
  }: {
    title: string | null;
    data: { description?: string };
    path: string;
  }): string => pageHead({ title, description: data.description, path, cells: hasCells(path) }),
  pages: [
    {
      name: "Chapters",
      pages: [
        { name: "1 · The basics", path: "/chapters/1-the-basics" },
        { name: "2 · Slice dat time", path: "/chapters/2-slice-dat-time" },
        { name: "3 · How to run a program", path: "/chapters/3-how-to-run-a-program" },
        { name: "4 · Becoming an ELF lord", path: "/chapters/4-becoming-an-elf-lord" },
        { name: "5 · The translator in your computer", path: "/chapters/5-the-translator-in-your-computer" },
        { name: "6 · Let’s talk about forks and cows", path: "/chapters/6-lets-talk-about-forks-and-cows" },
        { name: "7 · Epilogue", path: "/chapters/7-epilogue" },
      ],
    },
    { name: "Instructions", path: "/reference/instructions" },
    { name: "System calls", path: "/reference/system-calls" },
    { name: "Glossary", path: "/reference/glossary" },
    { name: "Run your own program", path: "/run-your-own-program" },
  ],
  markdownIt(md: Markdown): Markdown {
    md.use(fromHighlighter(highlighter, { themes, defaultColor: false }));
    addBookMarkdown(md, book);
    const { parse } = md;
    const { render } = md.renderer;
    md.parse = (source, env) => {
      book.refresh();
      return atPlace(pageOf(env), () => parse.call(md, source, env));
    };
    md.renderer.render = (tokens, options, env) =>
      atPlace(pageOf(env), () => render.call(md.renderer, tokens, options, env));
    return md;
  },
};

/** The Markdown of a page; empty for one that is not written by hand. */
function sourceOf(path: string): string {
  const file = `${DOCS}${path}.md`;
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** The page that markdown-it is at work on, for messages. */
function pageOf(env: unknown): { file: string; markdown: string } {
  const path = String((env as { path?: string } | undefined)?.path);
  return { file: `docs${path}.md`, markdown: sourceOf(path) };
}

/** Pages without cells need no script of ours. What a generated page has, its source does not tell. */
function hasCells(path: string): boolean {
  if (path === "/reference/instructions") return true;
  return /^```\S+ live\b|<run-program\b/m.test(sourceOf(path));
}

/** Generated pages are made anew: Framework looks at a loader's own age, and not at what it prints. */
function forgetGeneratedPages(): void {
  rmSync(`${DOCS}/.observablehq/cache/reference`, { recursive: true, force: true });
}

/**
 * Framework asks the npm registry which version of each of its optional libraries is the latest, even where no page
 * uses one. An empty folder of that name answers, so that the book builds without a network.
 */
function answerVersionsLocally(): void {
  const libraries = [
    ...["@observablehq/plot@0.6.17", "@observablehq/sample-datasets@1.0.1", "apache-arrow@21.2.0"],
    ...["arquero@8.0.3", "d3@7.9.2", "d3-dsv@3.0.2", "echarts@6.1.0", "htl@1.0.0", "isoformat@0.2.1"],
    ...["leaflet@1.9.4", "lodash@4.18.1", "mapbox-gl@3.32.0", "parquet-wasm@0.8.0", "react@19.3.1"],
    ...["react-dom@19.3.1", "topojson-client@3.1.0"],
  ];
  for (const name of libraries) mkdirSync(`${DOCS}/.observablehq/cache/_npm/${name}`, { recursive: true });
}
