// The packages of the workspace: their manifests, and the order in which they are published.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fromRoot } from "../root.mjs";
import { ReleaseError } from "./release-error.mjs";

/** Manifests of the workspace by their paths, the root's first. */
export function readManifests() {
  const root = readJson("package.json");
  const folders = root.workspaces.flatMap((pattern) =>
    pattern.endsWith("/*") ? readdirSync(fromRoot(pattern.slice(0, -2))).map((name) => `${pattern.slice(0, -1)}${name}`) : [pattern],
  );
  const paths = folders.map((folder) => `${folder}/package.json`).filter((path) => existsSync(fromRoot(path)));
  return new Map([["package.json", root], ...paths.map((path) => [path, readJson(path)])]);
}

export const readJson = (path) => JSON.parse(readFileSync(fromRoot(path), "utf8"));

/**
 * The packages to publish: each after those that it depends on, so that nobody can install one whose dependencies are missing.
 * @param {Iterable<[path: string, manifest: object]>} manifests
 * @returns {{ name: string, folder: string }[]}
 */
export function publishOrder(manifests) {
  const published = new Map();
  for (const [path, manifest] of manifests) {
    if (manifest.private !== true) published.set(manifest.name, { folder: path.replace(/\/package\.json$/u, ""), manifest });
  }
  const order = [];
  const visit = (name, dependents) => {
    if (dependents.includes(name)) throw new ReleaseError(`Packages depend on each other: ${[...dependents, name].join(" → ")}.`);
    const { folder, manifest } = published.get(name);
    if (order.some((done) => done.name === name)) return;
    for (const dependency of Object.keys(manifest.dependencies ?? {}))
      if (published.has(dependency)) visit(dependency, [...dependents, name]);
    order.push({ name, folder });
  };
  for (const name of [...published.keys()].toSorted((a, b) => (a < b ? -1 : 1))) visit(name, []);
  return order;
}
