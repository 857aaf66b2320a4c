// What the page may weigh, compressed as it travels: who opens a link waits for it before anything else happens.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fromRoot } from "./root.mjs";

const PAGE_FOLDER = fromRoot("packages", "web", "dist", "page");
const KB = 1000;
/** Two TCP round trips at the usual initial window of 10 segments (RFC 6928) carry about 45 kB: the page and its code in those. */
const PAGE_BUDGET_BYTES = 45 * KB;
/** The worker starts before the first byte of a film can flow: one initial window, about 14 kB. */
const WORKER_BUDGET_BYTES = 14 * KB;

/** Answers whether the page and the worker keep to their budgets, and says how much of them they use. */
export function keepsBudget() {
  const files = readdirSync(PAGE_FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:html|js|css)$/.test(entry.name))
    .map((entry) => ({ name: entry.name, bytes: gzipSync(readFileSync(join(entry.parentPath ?? entry.path, entry.name))).length }));
  const weigh = (fits) => files.filter(({ name }) => fits(name)).reduce((total, { bytes }) => total + bytes, 0);
  const rows = [
    ["page", weigh((name) => name !== "sw.js"), PAGE_BUDGET_BYTES],
    ["worker", weigh((name) => name === "sw.js"), WORKER_BUDGET_BYTES],
  ];
  for (const [what, bytes, budget] of rows) console.log(`${what}: ${(bytes / KB).toFixed(1)} kB of ${budget / KB} kB, compressed`);
  return rows.every(([, bytes, budget]) => bytes > 0 && bytes <= budget);
}
