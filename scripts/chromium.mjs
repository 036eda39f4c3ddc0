/** Where Chromium is, and how a test or a picture starts it: without a screen, a profile or the network. */
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Whatever asks for another host fails, and says so.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** The path of a Chromium, or undefined. The environment's CHROMIUM comes first. */
export function findChromium() {
  const named = process.env["CHROMIUM"];
  return (named ? [named] : USUAL_PLACES).find((path) => existsSync(path));
}

/** A browser with a new, empty profile. Throws where there is none. */
export function launchChromium() {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error("there is no Chromium; name one in the environment: CHROMIUM=/path/to/it");
  return puppeteer.launch({ executablePath, headless: true, args: ARGUMENTS });
}
