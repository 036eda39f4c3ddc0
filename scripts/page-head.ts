/**
 * The head of each page: what a link to it shows elsewhere, its colours before anything is drawn, and its scripts. With
 * SITE_URL=https://… in the environment the cards for sharing name full addresses, as most readers of cards demand.
 */

import { THEME_SCRIPT } from "../src/book/elements/theme.js";
import { escapeHtml } from "../src/book/markdown/book.js";

const BOOK = "You in CPU";
const WHAT =
  "A computer that you can stop at any instruction, look into, and break; and a book about how programs run in which every figure is that computer at work.";
/** Where the book is published, with a slash at its end; without it cards name no addresses. */
const SITE = process.env["SITE_URL"]?.replace(/\/?$/, "/");

export interface HeadOf {
  readonly title: string | null;
  readonly description: string | undefined;
  /** As Framework says it: "/chapters/1-the-basics". */
  readonly path: string;
  readonly cells: boolean;
}

/** HTML for the head, besides what Framework writes. */
export function pageHead({ title, description = WHAT, path, cells }: HeadOf): string {
  const name = title && title !== BOOK ? `${title} · ${BOOK}` : BOOK;
  const card = {
    "og:type": path === "/index" ? "website" : "article",
    "og:site_name": BOOK,
    "og:title": name,
    "og:description": description,
    ...(SITE && { "og:url": addressOf(path), "og:image": `${SITE}card.png`, "og:image:alt": WHAT }),
  };
  return [
    `<meta name="description" content="${escapeHtml(description)}">`,
    ...Object.entries(card).map(
      ([property, value]) => `<meta property="${property}" content="${escapeHtml(value)}">`,
    ),
    `<meta name="twitter:card" content="${SITE ? "summary_large_image" : "summary"}">`,
    ...(SITE ? [`<link rel="canonical" href="${escapeHtml(addressOf(path))}">`] : []),
    `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">`,
    `<script>${THEME_SCRIPT}</script>`,
    `<script type="module" src="/gen/book.js"></script>`,
    ...(cells ? [`<script type="module" src="/gen/cells.js"></script>`] : []),
  ].join("\n");
}

function addressOf(path: string): string {
  return `${SITE}${path.replace(/^\//, "").replace(/(^|\/)index$/, "$1")}`;
}

/** A chip with a pulse. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="6" y="6" width="20" height="20" rx="4" fill="#0b57a4"/><path d="M11 1v5m5-5v5m5-5v5M11 26v5m5-5v5m5-5v5M1 11h5m-5 5h5m-5 5h5m20-10h5m-5 5h5m-5 5h5" stroke="#0b57a4" stroke-width="2"/><path d="M9 17h4l2-5 3 8 2-3h3" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/></svg>`;
