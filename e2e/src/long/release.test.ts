/** `npm run release` in a small repository, with an npm that only records what it is asked for. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { startTextProcess } from "@rangecast/testkit/processes/text-process";
import { beforeEach, describe, expect, it } from "vitest";
import { ROOT } from "../lib/packed-packages.ts";

/** Longest that a run may take, milliseconds: it starts some dozens of short processes. */
const RUN_TIMEOUT_MS = 60_000;
/** Notes its arguments; `view` finds what `publish` has published; a command that `fails` contains fails. */
const FAKE_NPM = `
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const text = process.argv.slice(2).join(" ");
const read = (name) => (existsSync(name) ? readFileSync(name, "utf8") : "");
const at = (name) => process.env.FAKE_NPM_FOLDER + "/" + name;
appendFileSync(at("log"), text + "\\n");
const fails = read(at("fails"));
if (fails !== "" && text.includes(fails)) process.exit(1);
if (process.argv[2] === "publish" && !text.includes("--dry-run")) appendFileSync(at("published"), process.argv[3].replace("./packages/", "") + "\\n");
if (process.argv[2] === "view") {
  const name = process.argv[3].split("@")[0];
  if (!read(at("published")).split("\\n").includes(name)) { console.error("npm error code E404"); process.exit(1); }
  console.log("0.2.0");
}
`;
const REPOSITORY = { type: "git", url: "git+https://git.test/x/y.git" };
const CHANGELOG = "# Changelog\n\n## Unreleased\n- New.\n";

let repository: string;
let fake: string;

const git = async (...args: string[]): Promise<string> => {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@test", "-c", "init.defaultBranch=main"];
  return (await promisify(execFile)("git", [...identity, ...args], { cwd: repository })).stdout;
};
const read = async (folder: string, path: string): Promise<string> => readFile(join(folder, path), "utf8").catch(() => "");
const manifestOf = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse(await read(repository, path)) as Record<string, unknown>;

async function write(path: string, content: object | string): Promise<void> {
  await mkdir(join(repository, path, ".."), { recursive: true });
  await writeFile(join(repository, path), typeof content === "string" ? content : `${JSON.stringify(content, undefined, 2)}\n`);
}

beforeEach(async () => {
  repository = await temporaryFolder();
  fake = await temporaryFolder();
  await writeFile(join(fake, "npm-cli.cjs"), FAKE_NPM);
  await cp(join(ROOT, "scripts"), join(repository, "scripts"), { recursive: true });
  const shared = { version: "0.1.0", homepage: "h", bugs: "b" };
  const at = (directory: string): object => ({ ...shared, repository: { ...REPOSITORY, url: "old", directory } });
  await write("package.json", {
    ...shared,
    name: "workspace",
    private: true,
    type: "module",
    repository: REPOSITORY,
    engines: { node: ">=20.19" },
    workspaces: ["packages/*", "e2e"],
  });
  await write("packages/app/package.json", { name: "app", ...at("packages/app"), dependencies: { base: "0.1.0", hono: "^4.0.0" } });
  await write("packages/base/package.json", { name: "base", ...at("packages/base") });
  await write("packages/tools/package.json", { name: "tools", version: "0.1.0", private: true });
  await write("e2e/package.json", { name: "e2e", version: "0.1.0", private: true, devDependencies: { app: "0.1.0" } });
  await write("package-lock.json", { name: "workspace", version: "0.1.0", packages: { "packages/base": { version: "0.1.0" } } });
  await write("CHANGELOG.md", CHANGELOG);
  await write(".gitignore", "dist/\n");
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "first");
});

async function release(...args: string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const author = { GIT_AUTHOR_NAME: "t", GIT_AUTHOR_EMAIL: "t@t", GIT_COMMITTER_NAME: "t", GIT_COMMITTER_EMAIL: "t@t" };
  const npm = { npm_execpath: join(fake, "npm-cli.cjs"), FAKE_NPM_FOLDER: fake };
  const env = { ...process.env, ACTIONS_ID_TOKEN_REQUEST_URL: "", SIGSTORE_ID_TOKEN: "", ...author, ...npm };
  return startTextProcess(process.execPath, ["scripts/release.mjs", ...args], { cwd: repository, env, limitMs: RUN_TIMEOUT_MS }).ended;
}

const npmCalls = async (): Promise<string[]> => (await read(fake, "log")).trim().split("\n");
const expectUntouched = async (): Promise<void> => {
  expect(await git("status", "--porcelain")).toBe("");
  expect(await git("tag")).toBe("");
  expect(await read(repository, "CHANGELOG.md")).toBe(CHANGELOG);
};

describe("npm run release", () => {
  it("sets the version everywhere, checks, commits, tags, and publishes in the order of dependencies", async () => {
    expect(await release("0.2.0", "--no-provenance")).toMatchObject({ code: 0, stdout: expect.stringContaining("git push --follow-tags") });
    expect(await npmCalls()).toEqual([
      "whoami",
      "run check",
      "view base@0.2.0 version",
      "publish ./packages/base --access public --provenance=false",
      "view app@0.2.0 version",
      "publish ./packages/app --access public --provenance=false",
    ]);
    expect(await manifestOf("packages/app/package.json")).toMatchObject({
      version: "0.2.0",
      repository: { ...REPOSITORY, directory: "packages/app" },
      dependencies: { base: "0.2.0", hono: "^4.0.0" },
    });
    expect(await manifestOf("e2e/package.json")).toMatchObject({ version: "0.2.0", devDependencies: { app: "0.2.0" } });
    expect(await manifestOf("package-lock.json")).toMatchObject({ version: "0.2.0", packages: { "packages/base": { version: "0.2.0" } } });
    expect(await read(repository, "CHANGELOG.md")).toMatch(/## Unreleased\n\n## 0\.2\.0 \(\d{4}-\d\d-\d\d\)\n- New\.\n$/);
    expect([await git("tag", "--points-at", "HEAD"), await git("log", "-1", "--format=%s")]).toEqual(["v0.2.0\n", "release 0.2.0\n"]);
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("--dry-run publishes nothing, and leaves everything as it was", async () => {
    const { code, stdout } = await release("0.2.0", "--dry-run");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/The files are as they were\. Before the release: npm can state/)]);
    expect((await npmCalls()).filter((call) => call.startsWith("publish"))).toEqual([
      "publish ./packages/base --access public --provenance=false --dry-run",
      "publish ./packages/app --access public --provenance=false --dry-run",
    ]);
    expect(await read(fake, "published")).toBe("");
    await expectUntouched();
  });

  it("leaves everything as it was if a check fails", async () => {
    await writeFile(join(fake, "fails"), "run check");
    expect(await release("0.2.0", "--no-provenance")).toMatchObject({ code: 1, stderr: expect.stringContaining("npm run check failed") });
    await expectUntouched();
  });

  it("says what was published if it fails in the middle, and goes on from there", async () => {
    await writeFile(join(fake, "fails"), "publish ./packages/app");
    const { code, stderr } = await release("0.2.0", "--no-provenance");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Published: base\.\nNot published: app\.\n.*npm run release -- 0\.2\.0/)]);
    await writeFile(join(fake, "fails"), "");
    await writeFile(join(fake, "log"), "");
    expect(await release("0.2.0", "--no-provenance")).toMatchObject({ code: 0 });
    expect(await npmCalls()).toEqual([
      "whoami",
      "run build",
      "view base@0.2.0 version",
      "view app@0.2.0 version",
      "publish ./packages/app --access public --provenance=false",
    ]);
  });

  it.each([
    [
      "changes that are not committed",
      ["0.2.0", "--no-provenance"],
      "CHANGELOG.md",
      `${CHANGELOG}- More.\n`,
      /not committed: CHANGELOG\.md/,
    ],
    ["an older version", ["0.0.9", "--no-provenance"], "", "", /isn't after the present version, 0\.1\.0/],
    ["provenance on a computer that can't state it", ["0.2.0"], "", "", /only in GitHub Actions.*--no-provenance/],
  ])("refuses %s before it does anything", async (_what, args, path, text, message) => {
    if (path !== "") await write(path, text);
    expect(await release(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    expect(await git("tag")).toBe("");
    expect(await read(fake, "log")).not.toMatch(/run|publish/);
  });

  it("refuses a repository whose address is a placeholder", async () => {
    const root = await manifestOf("package.json");
    await write("package.json", { ...root, repository: { type: "git", url: "git+https://git.name.example/x.git" } });
    await git("commit", "--quiet", "--all", "--message", "placeholder");
    expect(await release("0.2.0", "--no-provenance")).toMatchObject({ code: 1, stderr: expect.stringContaining("is a placeholder") });
    await expectUntouched();
  });
});
