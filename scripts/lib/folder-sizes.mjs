import { readdirSync } from "node:fs";
import { fromRoot } from "./root.mjs";

/** Most source files in one folder, without tests. A longer list is hard to take in at a glance. */
const MAX_FILES = 15;
const SOURCE = /\.(?:ts|css)$/u;
const TEST = /\.test\.ts$/u;
/** Folders of test helpers. */
const TEST_FOLDER = "testing";

/** Folders of packages that have too many source files, or only one. Returns a line for each. */
export function unusualFolders() {
  const roots = readdirSync(fromRoot("packages")).map((name) => `packages/${name}/src`);
  return roots.flatMap((root) => foldersBelow(root).flatMap((folder) => warningsFor(folder, folder === root)));
}

/** This folder and all below it, without those of test helpers. */
function foldersBelow(folder) {
  const inner = entriesOf(folder).filter((entry) => entry.isDirectory() && entry.name !== TEST_FOLDER);
  return [folder, ...inner.flatMap(({ name }) => foldersBelow(`${folder}/${name}`))];
}

function warningsFor(folder, isRoot) {
  const entries = entriesOf(folder);
  const files = entries.filter((entry) => entry.isFile() && SOURCE.test(entry.name) && !TEST.test(entry.name));
  if (files.length > MAX_FILES) return [`${folder} has ${files.length} source files: divide it into folders that name their subject`];
  const isSingle = !isRoot && files.length === 1 && !entries.some((entry) => entry.isDirectory());
  return isSingle ? [`${folder} has only one source file: move it one folder up`] : [];
}

function entriesOf(folder) {
  return readdirSync(fromRoot(folder), { withFileTypes: true });
}
