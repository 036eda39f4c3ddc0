/**
 * The info string of a live fence in a chapter's Markdown, for example
 *
 *     ```asm live name=c1.step show=registers,memory expect-stdout="hi\n"
 *
 * and the element that it becomes. What a word means is said where cells are made (`cells/cell-attributes.ts`) and where
 * their promises are kept (`cells/expectations.ts`); here only its spelling is judged, so that a slip fails the build.
 */
import { CELL_ATTRIBUTES, PARAMETER_PREFIX, wrongWith } from "../cells/cell-attributes.js";
import type { Language } from "../cells/scenarios/scenario.js";
import { VIEW_NAMES } from "../views/index.js";
import { knownWords, readInfoWords } from "./info-words.js";

/** What may stand in front of `live`. */
const LANGUAGES: readonly string[] = ["asm", "js", "none"] satisfies Language[];

/** Attributes whose value is a list with commas, and what may stand in it. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  show: VIEW_NAMES,
  rings: ["0", "1", "2", "3"],
};

/** A fence that is alive, or what is wrong with its info string; undefined for a fence that is only text. */
export type LiveFence =
  | { readonly language: Language; readonly attributes: ReadonlyMap<string, string> }
  | { readonly problem: string };

/** Reads an info string. A fence is live when the second word is `live`. */
export function readLiveFence(info: string): LiveFence | undefined {
  const [language = "", ...rest] = info.trim().split(/\s+/);
  if (!rest.includes("live")) return undefined;
  if (!isLanguage(language))
    return { problem: `a cell in the language “${language}”; known: ${LANGUAGES.join(", ")}` };
  if (rest[0] !== "live") return { problem: `“live” must follow the language, and here “${rest[0]}” does` };
  const words = readWords(info.trim().replace(/^\S+\s+live\s*/, ""));
  if (typeof words === "string") return { problem: words };
  const wrong = wrongWith(language, words);
  return wrong ? { problem: wrong } : { language, attributes: words };
}

const isLanguage = (word: string): word is Language => LANGUAGES.includes(word);

/** The attributes by name, or what is wrong. */
function readWords(text: string): Map<string, string> | string {
  const words = readInfoWords(text, judge);
  if (typeof words === "string" || words.has("name")) return words;
  return "a live cell needs a name=…, by which tests and links find it";
}

const known = knownWords([...CELL_ATTRIBUTES, `${PARAMETER_PREFIX}…`]);

/** What is wrong with one word, if anything. */
function judge(name: string, value: string | undefined): string | undefined {
  const wrong = name.startsWith(PARAMETER_PREFIX) && value !== undefined ? undefined : known(name, value);
  const items = LISTS[name];
  if (wrong !== undefined || items === undefined) return wrong;
  const odd = value?.split(",").find((item) => !items.includes(item));
  return odd === undefined ? undefined : `${name}=… knows no “${odd}”; known: ${items.join(", ")}`;
}

/** The element with the program as its text, which is what stands on the page until the cell comes alive. */
export function liveElement(
  { language, attributes }: Extract<LiveFence, { language: Language }>,
  printed: string,
): string {
  const words = [...attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("");
  return `<live-cell class="cell" id="${escapeAttribute(attributes.get("name") ?? "")}" language="${language}"${words}>${printed}</live-cell>\n`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
