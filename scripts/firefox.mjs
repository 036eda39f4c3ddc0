/** Where Firefox is, and how a test starts it: without a screen, with a new profile, driven by WebDriver BiDi. */
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";

const USUAL_PLACES = [
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/snap/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
];

/** What `prefers-color-scheme` is overridden with. */
const DARK = 0;
const LIGHT = 1;

/** The path of a Firefox, or undefined. The environment's FIREFOX comes first. */
export function findFirefox() {
  const named = process.env["FIREFOX"];
  return (named ? [named] : USUAL_PLACES).find((path) => existsSync(path));
}

/**
 * A browser with a new, empty profile. Throws where there is none.
 * @param {{ dark?: boolean }} options
 */
export function launchFirefox({ dark = false } = {}) {
  const executablePath = findFirefox();
  if (!executablePath)
    throw new Error("there is no Firefox; name one in the environment: FIREFOX=/path/to/it");
  return puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    extraPrefsFirefox: { "layout.css.prefers-color-scheme.content-override": dark ? DARK : LIGHT },
  });
}
