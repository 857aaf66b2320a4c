/** What npm would publish: the tarballs' content, and what they do in an empty project with each supported version of Node. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sharedTemporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { installNode } from "../lib/node-versions.ts";
import { installTarballs, type Manifest, npm, packPackages, type PackedPackage, readManifest, ROOT } from "../lib/packed-packages.ts";
import { type Program, startProgram } from "../lib/program.ts";
import { commandOf, makeHome, removeHome, type Surroundings } from "../lib/rangecast.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";

/** The versions of Node that `engines` and the README name. */
const NODE_VERSIONS = [20, 22, 24];
const FILM_BYTES = 25_000_000;
/** Largest tarball, bytes: the command line has 0.9 MB, most of it the ACME library. */
const MAX_TARBALL_BYTES = 1_500_000;
/** All tarballs together, bytes: they have 2.3 MB. */
const MAX_TARBALLS_BYTES = 3_500_000;
/** Longest that npm may take to install, and longest for a test, milliseconds. */
const INSTALL_TIMEOUT_MS = 600_000;

/** The published packages' names. A new one must be added here, so that none is published by mistake. */
const NAMES = [
  "@rangecast/base",
  "@rangecast/client",
  "@rangecast/daemon",
  "@rangecast/dtls",
  "@rangecast/http",
  "@rangecast/relay",
  "@rangecast/rtc",
  "@rangecast/rtc-node",
  "@rangecast/sctp",
  "@rangecast/signal",
  "@rangecast/web",
  "@rangecast/wire",
  "rangecast",
];
/** Those without an API: the program, and the page. */
const WITHOUT_TYPES = ["@rangecast/web", "rangecast"];
/** What may be in a tarball. Sources are there because the maps in dist refer to them. */
const ALLOWED_FILES = /^(?:package\.json|README\.md|LICENSE|(?:dist|src)\/.*\.(?:js|ts|map|md)|dist\/page\/.*|bin\/rangecast\.js)$/;
const UNWANTED_FILES = /\.test\.|(?:^|\/)testing\/|tsbuildinfo|\.env|\.npmrc/;
/** Private keys and tokens of npm and GitHub. */
const SECRETS = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}|\bnpm_[A-Za-z0-9]{36}\b|\bgh[ps]_[A-Za-z0-9]{36}\b|_authToken/;

/** The strictest that a user may have. */
const COMPILER_OPTIONS = {
  target: "es2023",
  lib: ["es2023", "dom", "dom.iterable"],
  types: ["node"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  rootDir: "src",
  outDir: "out",
};

const tarballs = await sharedTemporaryFolder();
const project = await sharedTemporaryFolder();
let packed: readonly PackedPackage[];
const installed = (name: string, ...path: string[]): string => join(project, "node_modules", name, ...path);
const packedAs = (name: string): PackedPackage => {
  const found = packed.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not published`);
  return found;
};

async function run(node: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(node, args, { cwd: project });
  return stdout;
}

beforeAll(async () => {
  packed = await packPackages(tarballs);
  const { devDependencies } = (await readManifest(ROOT)) as Manifest & { devDependencies: Record<string, string> };
  await installTarballs(project, packed, { "@types/node": devDependencies["@types/node"], typescript: devDependencies["typescript"] });
}, INSTALL_TIMEOUT_MS);

it("publishes these packages, within their sizes", () => {
  expect(packed.map(({ name }) => name).toSorted()).toEqual(NAMES);
  for (const { name, bytes } of packed) expect(bytes, name).toBeLessThan(MAX_TARBALL_BYTES);
  expect(packed.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MAX_TARBALLS_BYTES);
});

describe.each(NAMES)("%s", (name) => {
  it("has a licence, a README and types, and nothing that doesn't belong", async () => {
    const { files } = packedAs(name);
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
    expect(files.filter((file) => !ALLOWED_FILES.test(file) || UNWANTED_FILES.test(file))).toEqual([]);
    expect(files.includes("dist/index.d.ts")).toBe(!WITHOUT_TYPES.includes(name));
    expect(await readFile(installed(name, "LICENSE"), "utf8")).toBe(await readFile(join(ROOT, "LICENSE"), "utf8"));
  });

  it("contains no secret, and no path of the computer that built it", async () => {
    for (const file of packedAs(name).files) {
      const text = await readFile(installed(name, file), "latin1");
      expect(SECRETS.exec(text)?.[0], file).toBeUndefined();
      expect(text.includes(ROOT), file).toBe(false);
    }
  });

  it("has the fields that npm shows, and those of provenance", async () => {
    const root = await readManifest(ROOT);
    expect(await readManifest(installed(name))).toMatchObject({
      version: root.version,
      description: expect.stringMatching(/^[A-Z].{20,}[^.]$/),
      keywords: expect.arrayContaining(["rangecast"]),
      license: "MIT",
      homepage: root["homepage"],
      bugs: root["bugs"],
      repository: { ...(root["repository"] as object), directory: expect.stringMatching(/^packages\//) },
      engines: root["engines"],
      publishConfig: { access: "public", provenance: true },
    });
  });

  it("has a manifest in which npm has nothing to correct: it removes what it finds invalid, even the program", async () => {
    const before = await readManifest(installed(name));
    await npm(["pkg", "fix"], installed(name));
    expect(await readManifest(installed(name))).toEqual(before);
  });

  it("finds the sources to which its maps refer", async () => {
    for (const map of packedAs(name).files.filter((file) => file.endsWith(".map"))) {
      const { sources } = JSON.parse(await readFile(installed(name, map), "utf8")) as { sources: string[] };
      for (const source of sources) expect((await stat(installed(name, map, "..", source))).isFile(), map).toBe(true);
    }
  });
});

it("has types that a strict project can use, without skipLibCheck", async () => {
  await mkdir(join(project, "src"), { recursive: true });
  await copyFile(join(ROOT, "e2e", "src", "programs", "use-libraries.ts"), join(project, "src", "use-libraries.ts"));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ["src"] }));
  expect(await run(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"])).toBe("");
  await run(process.execPath, ["node_modules/typescript/bin/tsc"]);
});

describe.each(NODE_VERSIONS)("with Node %i", (major) => {
  let surroundings: Surroundings;
  let node = "";
  let film = "";
  let sha256 = "";
  beforeAll(async () => {
    node = await installNode(major);
    surroundings = { home: await makeHome(), program: [node, installed("rangecast", "bin", "rangecast.js")] };
    film = join(project, "film.mp4");
    sha256 = await writeNoise(film, FILM_BYTES);
    return () => removeHome(surroundings.home);
  }, INSTALL_TIMEOUT_MS);

  async function start(...args: string[]): Promise<Program> {
    const program = await startProgram([...args, "--json"], surroundings);
    onTestFinished(() => program.end("SIGINT"));
    return program;
  }

  it("is that version, and rangecast prints its own", async () => {
    expect(await run(node, ["--version"])).toMatch(new RegExp(`^v${major}\\.`));
    const { command, args } = commandOf(["--version"], surroundings);
    expect(await run(command, args)).toBe(`${(await readManifest(ROOT)).version}\n`);
  });

  it("shares a file through a relay with its page, and downloads it", async () => {
    const relay = await start("relay", "--port", "0", "--host", "127.0.0.1");
    const url = String(relay.ready["url"]);
    const share = await start("share", film, "--relay", url);
    const link = String(share.ready["link"]);
    const page = await fetch(link);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<script")]);
    const out = join(project, `out-${major}`);
    const { command, args, env } = commandOf(["get", link, "--out", out, "--quiet", "--sha256"], surroundings);
    await mkdir(out);
    const { stdout } = await promisify(execFile)(command, args, { env });
    expect(stdout).toBe(`${sha256}  ${join(out, "film.mp4")}\n`);
    expect(await sha256Of(join(out, "film.mp4"))).toBe(sha256);
  });

  it("imports every entry of the packages' exports", async () => {
    await copyFile(join(ROOT, "e2e", "src", "programs", "import-packages.mjs"), join(project, "import-packages.mjs"));
    const found = JSON.parse(await run(node, ["import-packages.mjs", ...NAMES])) as Record<string, number>;
    expect(Object.keys(found)).toHaveLength(NAMES.length + 1);
    for (const [entry, size] of Object.entries(found)) expect(size, entry).toBeGreaterThan(0);
  });

  it("runs a program of relay, daemon and client that uses all libraries, and ends by itself", async () => {
    expect(JSON.parse(await run(node, ["out/use-libraries.js", film]))).toEqual({
      size: FILM_BYTES,
      sha256,
      relay: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
      others: { base: true, dtls: 32, http: "bytes 1-2/4", rtc: "host", sctp: true, wire: { type: "ping", streamId: 7 } },
    });
  });
});
