/**
 * The house rules that a look at the sources can check: which folder may import which, what may not be named below the
 * views, how long a file may be. The folders and their order are those of CONTRIBUTING.md.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** For each folder the folders that its files may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "machine/isa": ["machine"],
  machine: ["machine/isa"],
  toolchain: ["machine/isa"],
  firmware: ["machine", "machine/isa", "toolchain"],
  kernel: ["machine", "machine/isa", "toolchain"],
  trace: ["machine", "machine/isa", "toolchain", "kernel"],
  views: ["machine", "machine/isa", "toolchain", "kernel", "trace"],
  cells: ["machine", "machine/isa", "toolchain", "firmware", "kernel", "trace", "views"],
  book: ["machine", "machine/isa", "toolchain", "kernel", "trace", "views", "cells"],
  cli: ["machine", "machine/isa", "toolchain", "firmware", "kernel", "trace"],
  "index.ts": ["machine", "machine/isa", "toolchain", "firmware", "kernel", "trace"],
};

/** Folders that must compute the same everywhere and always. */
const PURE = ["machine/isa", "machine", "toolchain", "firmware", "kernel", "trace", "index.ts"];

/** What would make a run depend on the day, the browser or luck. */
const IMPURE =
  /\b(new Date|Date\.\w+|Math\.random|performance\.\w+|setTimeout|setInterval|queueMicrotask|crypto\.\w+|navigator\.\w+|globalThis|document\.\w+|window\.\w+|require\(|process\.(?:env|argv|stdin|stdout|stderr|hrtime|nextTick|platform|memoryUsage))/;

const LONGEST_FILE = 400;

interface Source {
  readonly path: string;
  readonly layer: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
}

const sources = filesIn("src").map(sourceAt);
const tests = filesIn("tests").filter((path) => path.endsWith(".ts"));

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|md)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules") && !path.includes(".observablehq"));
}

function sourceAt(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
  return { path, layer: layerOf(path), text, code };
}

/** The longest entry of the table that contains the file. */
function layerOf(path: string): string {
  const inside = path.replace(/^src\//, "");
  const layers = Object.keys(MAY_IMPORT).filter(
    (layer) => inside === layer || inside.startsWith(`${layer}/`),
  );
  return layers.sort((a, b) => b.length - a.length)[0] ?? `(none: ${path})`;
}

/** What a file imports or re-exports, statically, dynamically or as a type. */
function importsOf({ code }: Source): string[] {
  return [...code.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\()"([^"]+)"/g)].map((match) => match[1]!);
}

describe("imports", () => {
  it("run one way, along the layers", () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((name) => name.startsWith("."))
        .map((name) => layerOf(join(dirname(source.path), name).replace(/\.js$/, ".ts")))
        .filter((layer) => layer !== source.layer && !MAY_IMPORT[source.layer]?.includes(layer))
        .map((layer) => `${source.path} imports ${layer}`),
    );
    expect(wrong).toEqual([]);
  });

  it("of packages happen in views and cells only, of Node in the command only", () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((name) => !name.startsWith("."))
        .filter(
          (name) => !(name.startsWith("node:") ? ["cli"] : ["views", "cells", "book"]).includes(source.layer),
        )
        .map((name) => `${source.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("of sources end in .js, as browsers and Node want them", () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter((name) => name.startsWith(".") && !name.endsWith(".js"))
        .map((name) => `${source.path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("below the views", () => {
  const pure = sources.filter((source) => PURE.includes(source.layer));

  it("nothing reads a clock, luck, a page or the host", () => {
    const found = pure.flatMap(({ path, code }) => {
      const word = IMPURE.exec(code)?.[0];
      return word ? [`${path}: ${word}`] : [];
    });
    expect(found).toEqual([]);
  });

  it("the type checker knows neither a browser nor Node", () => {
    const { compilerOptions } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
    expect(compilerOptions).toMatchObject({ lib: ["es2023"], types: [] });
  });
});

describe("a source file", () => {
  it("belongs to one of the layers", () => {
    expect(sources.filter(({ layer }) => layer.startsWith("(none")).map(({ path }) => path)).toEqual([]);
  });

  it("has a lower-case name with dashes that says what it holds", () => {
    const odd = sources.filter(
      ({ path }) =>
        !/^[a-z0-9-]+\.ts$/.test(path.split("/").at(-1)!) ||
        /\b(utils?|helpers?|manager|misc|common)\b/.test(path.replace("binfmt-misc", "")),
    );
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it("begins by saying what it is", () => {
    expect(sources.filter(({ text }) => !text.startsWith("/**")).map(({ path }) => path)).toEqual([]);
  });

  it(`has at most ${LONGEST_FILE} lines, unless it is a table`, () => {
    const long = sources.filter(({ text }) => text.split("\n").length > LONGEST_FILE + 1 && !isTable(text));
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("uses neither `any` nor a default export", () => {
    const found = sources.filter(({ code }) =>
      /(?:[:<,|]\s*|\bas )any\b(?!\s*[`"'])|^export default/m.test(code),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe("the work", () => {
  it("leaves no open end behind", () => {
    const open = [...sources.map(({ path }) => path), ...filesIn("docs")].filter((path) =>
      /\b(TODO|FIXME|XXX|not implemented|coming soon)\b/.test(readFileSync(join(root, path), "utf8")),
    );
    expect(open).toEqual([]);
  });

  it("skips no test without a condition, and runs none alone", () => {
    const skipping = tests.filter((path) =>
      /\b(?:it|test|describe)\.(?:skip|todo|only)\b/.test(readFileSync(join(root, path), "utf8")),
    );
    expect(skipping).toEqual([]);
  });
});

/** Nearly every line is a row of constants. */
function isTable(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const rows = lines.filter((line) => /^\s*(?:[[\]{}]|"|-?\d|\/[/*]|\*)/.test(line) && !line.includes("=>"));
  return rows.length > 0.9 * lines.length;
}
