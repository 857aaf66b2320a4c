// The course of a release: check, set the version, build and test, commit and tag, publish.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fromRoot } from "../root.mjs";
import { changedPaths, commitAndTag, isTagged, restore, tagOf } from "./git.mjs";
import { npm } from "./npm.mjs";
import { publishOrder, readJson, readManifests } from "./packages.mjs";
import { publishTrouble, requireCleanTree, requireNewer } from "./preconditions.mjs";
import { publishAll } from "./publish.mjs";
import { ReleaseError } from "./release-error.mjs";
import { changelogAt, lockAt, manifestAt, withRepository } from "./set-version.mjs";

const CHANGELOG = "CHANGELOG.md";
const LOCK = "package-lock.json";
/** Characters of a date without its time, as in 2026-11-30. */
const DATE_CHARACTERS = 10;

/** @throws {ReleaseError} */
export function release(options) {
  const { version, dryRun, publish } = options;
  requireCleanTree();
  const manifests = readManifests();
  const order = publishOrder(manifests);
  const trouble = publish ? publishTrouble(options, manifests.get("package.json")) : undefined;
  if (dryRun) return rehearse(options, manifests, order, trouble);
  if (trouble !== undefined) throw new ReleaseError(trouble);
  if (isTagged(version)) buildAgain();
  else atVersion(version, manifests, (paths) => commitAndTag(version, paths));
  if (publish) publishAll(order, options);
  console.log(`\n${publish ? `${version} is published` : `${tagOf(version)} is ready`}. Push commit and tag: git push --follow-tags`);
}

/** Does all that changes nothing outside of the checkout, and puts the files back. */
function rehearse(options, manifests, order, trouble) {
  atVersion(options.version, manifests, (paths) => {
    if (options.publish) publishAll(order, options);
    restore(paths);
  });
  console.log(`\nThe files are as they were.${trouble === undefined ? "" : ` Before the release: ${trouble}`}`);
}

/** Sets the version, checks everything, and runs `finish` with the changed paths. If something fails, the files are put back. */
function atVersion(version, manifests, finish) {
  requireNewer(version, manifests.get("package.json").version);
  const texts = textsAt(version, manifests);
  const paths = [...texts.keys()];
  try {
    for (const [path, text] of texts) writeFileSync(fromRoot(path), text);
    forgetBuilds();
    npm("run", "check");
    const others = changedPaths().filter((path) => !texts.has(path));
    if (others.length > 0) throw new ReleaseError(`The checks changed other files: ${others.join(", ")}.`);
    finish(paths);
  } catch (error) {
    restore(paths);
    throw error;
  }
}

/** The checks have passed before the tag was made; what is published is built from it. */
function buildAgain() {
  forgetBuilds();
  npm("run", "build");
}

/** What each file says at this version, by its path. */
function textsAt(version, manifests) {
  const root = manifests.get("package.json");
  const names = new Set([...manifests.values()].map(({ name }) => name));
  const texts = new Map([
    [CHANGELOG, changelogAt(readFileSync(fromRoot(CHANGELOG), "utf8"), version, new Date().toISOString().slice(0, DATE_CHARACTERS))],
  ]);
  for (const [path, manifest] of manifests) {
    const published = path !== "package.json" && manifest.private !== true;
    texts.set(path, json(manifestAt(published ? withRepository(manifest, root) : manifest, version, names)));
  }
  return texts.set(LOCK, json(lockAt(readJson(LOCK), version, names)));
}

const json = (value) => `${JSON.stringify(value, undefined, 2)}\n`;

/** Deletes what earlier builds left: files of sources that are gone must not be published. */
function forgetBuilds() {
  for (const name of readdirSync(fromRoot("packages"))) {
    rmSync(fromRoot("packages", name, "dist"), { recursive: true, force: true });
    rmSync(fromRoot("packages", name, "tsconfig.tsbuildinfo"), { force: true });
  }
}
