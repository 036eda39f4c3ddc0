/**
 * `npm run preview`: serves the built book as a static host would.
 *
 *     npm run preview                                    http://127.0.0.1:4000/
 *     npm run preview -- --base /a/sub/path/ --port 80   the same below a path
 */
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { gzip } from "node:zlib";

/** The built book. */
export const BOOK = fileURLToPath(new URL("../dist", import.meta.url));

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

const compress = promisify(gzip);

/**
 * Serves a folder under `base` until the returned server is closed. `sent` hears how many bytes each answer had.
 * @param {{ folder?: string, base?: string, port?: number, sent?: (bytes: number) => void }} options
 * @returns {Promise<{ address: string, close: () => void }>}
 */
export function serve({ folder = BOOK, base = "/", port = 0, sent = () => {} } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = path.startsWith(base) ? await fileFor(folder, path.slice(base.length)) : undefined;
    const bytes = await readFile(file ?? join(folder, "404.html")).catch(() => "Not found");
    const type = TYPES[extname(file ?? ".html")] ?? "application/octet-stream";
    response.statusCode = file ? 200 : 404;
    response.setHeader("content-type", type);
    // A file with a digest of its bytes in its name never changes.
    const keeps = /\.[0-9a-f]{8}\.\w+$/.test(file ?? "") ? "max-age=31536000, immutable" : "no-cache";
    response.setHeader("cache-control", keeps);
    const small = /\bgzip\b/.test(String(request.headers["accept-encoding"])) && type !== "image/png";
    if (small) response.setHeader("content-encoding", "gzip");
    const body = small ? await compress(bytes) : Buffer.from(bytes);
    sent(body.length);
    response.end(body);
  });
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      const bound = server.address();
      const number = typeof bound === "object" && bound ? bound.port : port;
      done({ address: `http://127.0.0.1:${number}${base}`, close: () => stop(server) });
    });
  });
}

/**
 * Takes no more requests, and ends the connections that browsers keep open.
 * @param {import("node:http").Server} server
 */
function stop(server) {
  server.close();
  server.closeAllConnections();
}

/**
 * The file that a path names: itself, its `.html`, or the `index.html` in it. Never one outside of the folder.
 * @param {string} folder
 * @param {string} path
 */
async function fileFor(folder, path) {
  const wanted = resolve(folder, `./${normalize(`/${path}`)}`);
  for (const file of [wanted, `${wanted}.html`, join(wanted, "index.html")]) {
    if (
      await stat(file).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { base: { type: "string", default: "/" }, port: { type: "string", default: "4000" } },
  });
  const base = `/${values.base}/`.replace(/\/+/g, "/");
  const { address } = await serve({ base, port: Number(values.port) });
  console.log(`The book is at ${address}`);
}
