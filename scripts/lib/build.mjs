import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { cacheFile, fromRoot } from "./root.mjs";
import { npmCommand, runQuietly } from "./run.mjs";
import { removeStaleOutputs } from "./stale-outputs.mjs";

const STAMP = cacheFile("build");
const SOURCE_FOLDERS = ["packages", "e2e", "bench"];
const ROOT_SOURCES = ["package.json", "package-lock.json", "tsconfig.base.json", "tsconfig.json"];
const NOT_SOURCES = /^(?:dist|node_modules|test-data|.*\.tsbuildinfo|.*\.test\.ts|.*\.md)$/;
/** Files that exist after a build; if one is missing, it was deleted. */
const RESULTS = ["packages/cli/dist/bundle/main.js", "packages/web/dist/page/index.html"];

/** Builds packages and page, unless the sources are unchanged since the last build. Resolves to an exit code. */
export async function ensureBuilt() {
  const digest = sourceDigest();
  if (RESULTS.every((path) => existsSync(fromRoot(path))) && readStamp() === digest) return 0;
  console.error("rangecast: building …");
  forgetLostBuilds();
  removeStaleOutputs();
  const [npm, before] = npmCommand();
  const code = await runQuietly(npm, [...before, "run", "--silent", "build"]);
  if (code !== 0) {
    console.error("rangecast: the build failed; its output is above.");
    return code;
  }
  markBuilt(digest);
  return 0;
}

/** Records that the build matches these sources. */
export function markBuilt(digest = sourceDigest()) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, digest);
}

/** A hash over name, size and time of each source file, so that changed, new and deleted files are noticed. */
function sourceDigest() {
  const hash = createHash("sha256").update(process.version);
  for (const path of [...ROOT_SOURCES, ...SOURCE_FOLDERS.flatMap(filesIn)]) {
    const { size, mtimeMs } = statSync(fromRoot(path));
    hash.update(`${path}\n${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function filesIn(folder) {
  const entries = readdirSync(fromRoot(folder), { withFileTypes: true }).filter(({ name }) => !NOT_SOURCES.test(name));
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : entry.isFile() ? [`${folder}/${entry.name}`] : []));
}

/** `tsc -b` considers a package built while its tsbuildinfo exists, even if its dist was deleted. */
function forgetLostBuilds() {
  const folders = readdirSync(fromRoot("packages")).map((name) => `packages/${name}`);
  for (const folder of [...folders, "e2e", "bench"]) {
    if (!existsSync(fromRoot(folder, "dist"))) rmSync(fromRoot(folder, "tsconfig.tsbuildinfo"), { force: true });
  }
}

function readStamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, "utf8") : undefined;
}
