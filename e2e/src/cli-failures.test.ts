/** Every failure is reported in one line, with its own exit code, before anything is shared. */
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "./lib/free-port.ts";
import { CLI, createHome, type Ended, type Home, jsonLines, runCli } from "./cli-process.ts";

const testData = (name: string): string => fileURLToPath(new URL(`../../packages/cli/test-data/${name}`, import.meta.url));
/** An address of a documentation network (RFC 5737): no machine has it. */
const NOBODYS_ADDRESS = "203.0.113.1";
/** The user "nobody" of every Unix: root may read everything, so the test for "unreadable" runs as another user. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
/** Root can read everything, so the test runs as another user, who must be able to run Node and read the checkout. */
const canBeRefused =
  process.platform !== "win32" && (!isRoot || spawnSync(process.execPath, ["--check", CLI], { uid: NOBODY, gid: NOBODY }).status === 0);
const RELAY = "https://relay.example.org";

let home: Home;
let taken: Server;
let takenPort: number;

beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, "film.mp4"), "not a film");
  await writeFile(join(home.folder, "private.mp4"), "not a film");
  await chmod(join(home.folder, "private.mp4"), 0);
  await mkdir(join(home.folder, "folder"));
  taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  takenPort = (taken.address() as AddressInfo).port;
});
afterAll(async () => {
  taken.close();
  await home.remove();
});

function expectOneClearLine({ stdout, stderr }: Ended): void {
  expect(stderr).toMatch(/^rangecast: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+|node:internal|Error:/);
  expect(stdout).toBe("");
}

describe("rangecast share", () => {
  it.each<[string, number, RegExp, string[]]>([
    ["a missing file", 3, /no file gone\.mp4/, ["gone.mp4"]],
    ["a file with options for folders", 2, /--exclude, --all: this is for folders/, ["film.mp4", "--exclude", "*.part", "--all"]],
    ["an empty pattern", 2, /--exclude <glob>' argument ''.*It is empty/, ["folder", "--exclude", ""]],
    ["a folder and a missing file", 3, /no file gone/, ["folder", "gone"]],
    ["a device", 4, /not a regular file/, ["/dev/null"]],
    ["no file at all", 2, /missing required argument 'path'/, []],
    ["an invalid port", 2, /--port <number>' argument '70000'.*65535/, ["film.mp4", "--port", "70000"]],
    ["a relay that isn't a URL", 2, /--relay <url>' argument 'relay'.*https:/, ["film.mp4", "--relay", "relay"]],
    ["a name with a slash", 2, /--name <name>' argument 'a\/b'.*not a path/, ["film.mp4", "--name", "a/b"]],
    ["an unknown option", 2, /unknown option '--prot' .*--port/, ["film.mp4", "--prot", "1"]],
    ["a certificate without its key", 2, /--tls-key/, ["film.mp4", "--tls-cert", testData("cert.pem")]],
    [
      "a port together with a relay elsewhere",
      2,
      /--port: nothing is served here/,
      ["film.mp4", "--port", "0", "--relay", RELAY, "--ephemeral"],
    ],
    [
      "a certificate that is missing",
      8,
      /none\.pem: There is no such file/,
      ["film.mp4", "--tls-cert", "none.pem", "--tls-key", "none.pem"],
    ],
    [
      "a key of another certificate",
      8,
      /don't belong together/,
      ["film.mp4", "--tls-cert", testData("cert.pem"), "--tls-key", testData("local-key.pem")],
    ],
    [
      "an address of another machine",
      7,
      /203\.0\.113\.1 is not an address of this computer/,
      ["film.mp4", "--host", NOBODYS_ADDRESS, "--port", "0"],
    ],
  ])("refuses %s", async (_what, code, message, args) => {
    const ended = await runCli(home, ["share", ...args]);
    expectOneClearLine(ended);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
  });

  it("refuses a port that is in use, and says how to choose another", async () => {
    const ended = await runCli(home, ["share", "film.mp4", "--port", String(takenPort)]);
    expectOneClearLine(ended);
    expect(ended.stderr).toMatch(new RegExp(`${takenPort}.*in use.*--port 0`));
    expect(ended.code).toBe(6);
  });

  it("refuses a UDP port that is in use", async () => {
    const socket = createSocket("udp4").bind(0);
    onTestFinished(() => void socket.close());
    await once(socket, "listening");
    const ended = await runCli(home, ["share", "film.mp4", "--udp-port", String(socket.address().port)]);
    expectOneClearLine(ended);
    expect(ended.stderr).toMatch(/UDP port \d+ is in use/);
    expect(ended.code).toBe(6);
  });

  it.skipIf(!canBeRefused)("refuses a file that it has no permission to read", async () => {
    if (isRoot) await chmod(home.folder, 0o755);
    const ended = await runCli(home, ["share", "private.mp4"], isRoot ? { uid: NOBODY } : {});
    expectOneClearLine(ended);
    expect(ended.stderr).toMatch(/private\.mp4 can't be read: permission denied/);
    expect(ended.code).toBe(5);
  });

  it("refuses a config file that it can't parse, and names its path", async () => {
    const other = await createHome();
    try {
      await mkdir(join(other.folder, "config", "rangecast"), { recursive: true });
      await writeFile(join(other.folder, "config", "rangecast", "config.json"), "{");
      const ended = await runCli(other, ["share", join(home.folder, "film.mp4")]);
      expectOneClearLine(ended);
      expect(ended.stderr).toMatch(/rangecast\/config\.json isn't valid JSON/);
      expect(ended.code).toBe(9);
    } finally {
      await other.remove();
    }
  });

  it("gives up on a relay that can't be reached, and says so", async () => {
    const ended = await runCli(home, ["share", "film.mp4", "--relay", `http://127.0.0.1:${await freePort()}`, "--ephemeral"]);
    expectOneClearLine(ended);
    expect(ended.stderr).toMatch(/relay http:\/\/127\.0\.0\.1:\d+ can't be reached/);
    expect(ended.code).toBe(10);
  });

  it("refuses --json together with --quiet", async () => {
    const ended = await runCli(home, ["share", "film.mp4", "--json", "--quiet"]);
    expect(jsonLines(ended.stdout)).toMatchObject([{ event: "error", reason: "usage" }]);
    expect(ended.stderr).toMatch(/'--json' cannot be used with/);
    expect(ended.code).toBe(2);
  });

  it("reports the same as an event with --json", async () => {
    const { code, stdout, stderr } = await runCli(home, ["share", "gone.mp4", "--json"]);
    expect(jsonLines(stdout)).toEqual([{ event: "error", reason: "not-found", message: expect.stringContaining("gone.mp4"), exitCode: 3 }]);
    expect(stderr).toMatch(/^rangecast: .*gone\.mp4/);
    expect(code).toBe(3);
  });

  it("shows the cause with --verbose", async () => {
    const { stderr } = await runCli(home, ["share", "gone.mp4", "--verbose"]);
    expect(stderr).toMatch(/caused by: .*ENOENT/);
  });
});

describe("rangecast", () => {
  it("prints its help without arguments, as with --help: examples, environment and exit codes", async () => {
    const alone = await runCli(home, []);
    const asked = await runCli(home, ["--help"]);
    expect(alone).toEqual(asked);
    expect(alone).toMatchObject({ code: 0, stderr: "" });
    expect(alone.stdout).toMatch(/Usage: rangecast[\s\S]*Examples:[\s\S]*rangecast share[\s\S]*Environment:[\s\S]*Exit codes:/);
  });

  it.each([[["--version"]], [["share", "--version"]], [["relay", "-V"]]])("prints its version for %j", async (args) => {
    expect(await runCli(home, args)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
  });

  it("says how to share a file if the command is missing", async () => {
    const ended = await runCli(home, ["film.mp4"]);
    expectOneClearLine(ended);
    expect(ended.stderr).toContain("rangecast share FILE");
    expect(ended.code).toBe(2);
  });
});
