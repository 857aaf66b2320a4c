// What the page may weigh, compressed as it travels: who opens a link waits for it before anything else happens.
// `node scripts/byte-budget.mjs` says how much of its budget each part uses, and fails where one is over.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const PAGE_FOLDER = fileURLToPath(new URL("../dist/page", import.meta.url));
const KB = 1000;

/**
 * HTML, script and style: what stands between a click on a link and the first words on the page. One round trip of a new connection carries about
 * 14 kB (RFC 6928: ten segments), two about 45; headers and certificates take their part of that.
 */
const PAGE_LIMIT_BYTES = 23 * KB;
/** The engine in its worker, which the page fetches next: before the first offer. With the page, two round trips and a little. */
const ENGINE_LIMIT_BYTES = 26 * KB;
/** The engine for the page itself, fetched in the place of the other by browsers whose channels can't leave it. */
const FALLBACK_LIMIT_BYTES = 24 * KB;
/** The service worker: it must be there before the first byte of a film flows. Three segments of a connection that is warm by then. */
const WORKER_LIMIT_BYTES = 5 * KB;

/** What reads a film's headers: fetched after the page is connected, for films alone, and nothing waits for it. */
const HEADERS_LIMIT_BYTES = 60 * KB;

/** Answers whether page and worker keep to their budgets, and says how much of them they use. */
export function keepsBudget() {
  const files = readdirSync(PAGE_FOLDER, { recursive: true })
    .filter((name) => /\.(?:html|js|css)$/u.test(name))
    .map((name) => ({ name, bytes: gzipSync(readFileSync(join(PAGE_FOLDER, name))).length }));
  const weigh = (fits) => files.filter(({ name }) => fits(name)).reduce((total, { bytes }) => total + bytes, 0);
  const own = [/^sw\.js$/u, /^assets\/worker-main-/u, /^assets\/on-page-/u, /^assets\/read-tracks-/u];
  const [isWorker, isEngine, isFallback, isHeaders] = own.map((pattern) => (name) => pattern.test(name));
  const parts = [
    { what: "page", bytes: weigh((name) => !own.some((pattern) => pattern.test(name))), limit: PAGE_LIMIT_BYTES },
    { what: "engine", bytes: weigh(isEngine), limit: ENGINE_LIMIT_BYTES },
    { what: "engine on the page", bytes: weigh(isFallback), limit: FALLBACK_LIMIT_BYTES },
    { what: "headers of films", bytes: weigh(isHeaders), limit: HEADERS_LIMIT_BYTES },
    { what: "worker", bytes: weigh(isWorker), limit: WORKER_LIMIT_BYTES },
  ];
  for (const { what, bytes, limit } of parts) stdout.write(`${what}: ${(bytes / KB).toFixed(1)} kB of ${limit / KB} kB, compressed\n`);
  // Nothing at all is no page, and keeps to no budget.
  return parts.every(({ bytes, limit }) => bytes > 0 && bytes <= limit);
}

if (argv[1] === fileURLToPath(import.meta.url)) process.exitCode = keepsBudget() ? 0 : 1;
