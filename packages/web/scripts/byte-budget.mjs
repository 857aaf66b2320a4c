// Size limits for the page, compressed as it is sent: a viewer waits for it before anything else happens.
// `node scripts/byte-budget.mjs` prints how much of its budget each part uses, and fails if one is over.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const PAGE_FOLDER = fileURLToPath(new URL("../dist/page", import.meta.url));
const KB = 1000;

/**
 * HTML, script and style: everything between a click on a link and the first paint. One round trip of a new connection carries about 14 kB (RFC 6928: ten
 * segments), two about 45; headers and certificates use part of that.
 */
const PAGE_LIMIT_BYTES = 20 * KB;
/** The engine in its worker, which the page fetches next, before the first offer. Page and engine need little more than two round trips. */
const ENGINE_LIMIT_BYTES = 26 * KB;
/** The engine for the page itself, fetched instead by browsers whose data channels can't be transferred to a worker. */
const FALLBACK_LIMIT_BYTES = 24 * KB;
/** The service worker, which must run before the first byte of a film is served. Four segments of a connection that is warm by then. */
const WORKER_LIMIT_BYTES = 5 * KB;
/** The texts about problems, and about how films are played, fetched while the page connects. Only a viewer with a problem waits for them. */
const PROBLEMS_LIMIT_BYTES = 6 * KB;
/** Script and style that show a folder, fetched for shares that are folders only, while the page waits for the first list. */
const FOLDER_LIMIT_BYTES = 32 * KB;
/** The script that saves a folder, fetched when a viewer has picked where to. */
const SAVING_LIMIT_BYTES = 6 * KB;
/** The script that reads embedded thumbnails, fetched with the first picture of a folder. Its icon is shown until then. */
const THUMBNAILS_LIMIT_BYTES = 40 * KB;
/** The script that reads a film's headers, fetched for films only, after the page is connected. Nothing waits for it, but repackaging uses it too. */
const HEADERS_LIMIT_BYTES = 66 * KB;
/** What repackaging needs besides that, fetched when such a film is played. */
const REMUX_LIMIT_BYTES = 24 * KB;
/** Controls and keys of the player, fetched when something plays, which doesn't wait for them. */
const PLAYER_LIMIT_BYTES = 10 * KB;

/** Whether page and worker keep to their budgets. Prints how much of them they use. */
export function keepsBudget() {
  const files = readdirSync(PAGE_FOLDER, { recursive: true })
    .filter((name) => /\.(?:html|js|css)$/u.test(name))
    .map((name) => ({ name, bytes: gzipSync(readFileSync(join(PAGE_FOLDER, name))).length }));
  const weigh = (fits) => files.filter(({ name }) => fits(name)).reduce((total, { bytes }) => total + bytes, 0);
  const own = [
    /^sw\.js$/u,
    /^assets\/worker-main-/u,
    /^assets\/on-page-/u,
    /^assets\/problems-/u,
    /^assets\/(?:read-tracks|reader)-/u,
    // "handles" is what it shares with the engine for the page itself.
    /^assets\/(?:browse|folder|handles)-/u,
    /^assets\/embedded-thumbnail-/u,
    /^assets\/save-shared-folder-/u,
    /^assets\/remux-way-/u,
    // The positions are also read when a folder is saved, and the function that loads styles by folders.
    /^assets\/(?:player|positions|load-style)-/u,
  ];
  const [isWorker, isEngine, isFallback, isProblems, isHeaders, isFolder, isThumbnails, isSaving, isRemux, isPlayer] = own.map(
    (pattern) => (name) => pattern.test(name),
  );
  const parts = [
    { what: "page", bytes: weigh((name) => !own.some((pattern) => pattern.test(name))), limit: PAGE_LIMIT_BYTES },
    { what: "engine", bytes: weigh(isEngine), limit: ENGINE_LIMIT_BYTES },
    { what: "engine on the page", bytes: weigh(isFallback), limit: FALLBACK_LIMIT_BYTES },
    { what: "problems", bytes: weigh(isProblems), limit: PROBLEMS_LIMIT_BYTES },
    { what: "headers of films", bytes: weigh(isHeaders), limit: HEADERS_LIMIT_BYTES },
    { what: "saving a folder", bytes: weigh(isSaving), limit: SAVING_LIMIT_BYTES },
    { what: "thumbnails", bytes: weigh(isThumbnails), limit: THUMBNAILS_LIMIT_BYTES },
    { what: "films that are repackaged", bytes: weigh(isRemux), limit: REMUX_LIMIT_BYTES },
    { what: "player", bytes: weigh(isPlayer), limit: PLAYER_LIMIT_BYTES },
    { what: "folders", bytes: weigh(isFolder), limit: FOLDER_LIMIT_BYTES },
    { what: "worker", bytes: weigh(isWorker), limit: WORKER_LIMIT_BYTES },
  ];
  for (const { what, bytes, limit } of parts) stdout.write(`${what}: ${(bytes / KB).toFixed(1)} kB of ${limit / KB} kB, compressed\n`);
  // A part without files means that the build changed.
  return parts.every(({ bytes, limit }) => bytes > 0 && bytes <= limit);
}

if (argv[1] === fileURLToPath(import.meta.url)) process.exitCode = keepsBudget() ? 0 : 1;
