/* The published packages as npm would publish them: packed into tarballs, and installed from these into an empty project. */
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const ROOT: string = fileURLToPath(new URL("../../..", import.meta.url));
/** Longest that npm may take, milliseconds: it downloads what its cache doesn't hold. */
const NPM_TIMEOUT_MS = 300_000;

/** The fields that are read here. */
export interface Manifest extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  /** Path of the tarball. */
  readonly tarball: string;
  /** Size of the tarball, bytes. */
  readonly bytes: number;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

interface PackReport {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)("npm", args, { cwd, timeout: NPM_TIMEOUT_MS, maxBuffer: Number.POSITIVE_INFINITY });
  return stdout;
}

export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Packs each package that isn't private into the folder. */
export async function packPackages(folder: string): Promise<readonly PackedPackage[]> {
  const folders = (await readdir(join(ROOT, "packages"))).map((name) => `./packages/${name}`);
  const manifests = await Promise.all(folders.map((path) => readManifest(join(ROOT, path))));
  const published = folders.filter((_path, index) => manifests[index]?.private !== true);
  const reports = JSON.parse(await npm(["pack", "--json", "--pack-destination", folder, ...published], ROOT)) as PackReport[];
  return reports.map(({ name, version, filename, size, files }) => ({
    name,
    version,
    tarball: join(folder, filename),
    bytes: size,
    files: files.map(({ path }) => path),
  }));
}

/** Makes a project in an empty folder, and installs the tarballs. What they depend on among each other resolves to the tarballs, too. */
export async function installTarballs(folder: string, packed: readonly PackedPackage[], devDependencies: object = {}): Promise<void> {
  const dependencies = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const manifest = { name: "empty", private: true, type: "module", dependencies, devDependencies };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await npm(["install", "--prefer-offline", "--no-audit", "--no-fund"], folder);
}
