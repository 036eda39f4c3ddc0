/** What a page of Chromium holds in memory: its script, its workers, their WebAssembly and its pictures. Linux only. */
import { readFileSync } from "node:fs";
import type { Page } from "puppeteer-core";

/** Bytes of the largest process of pages that no file backs, after what is garbage has been collected. */
export async function pageBytes(page: Page): Promise<number> {
  const session = await page.createCDPSession();
  await session.send("HeapProfiler.collectGarbage");
  await session.detach();
  const system = await page.browser().target().createCDPSession();
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  await system.detach();
  return Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => anonymous(id)));
}

function anonymous(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]) * 1024;
}
