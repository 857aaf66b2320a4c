/** Several terminals of one user: one process hosts, and any terminal can list and end what is shared. */
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createHome, type Ended, type Home, jsonLines, runCli, type Running, startCli } from "./cli-process.ts";

let home: Home;

beforeAll(async () => {
  home = await createHome();
  for (const name of ["a.txt", "b.txt", "c.txt"]) await writeFile(join(home.folder, name), name);
});
afterAll(() => home.remove());

interface Terminal {
  readonly running: Running;
  readonly link: string;
}

async function share(file: string): Promise<Terminal> {
  const running = startCli(home, ["share", file, "--json", "--port", "0"]);
  onTestFinished(() => void running.child.kill("SIGKILL"));
  await running.until(/"ready".*\n/);
  return { running, link: String(jsonLines(running.stdout())[0]?.["link"]) };
}

async function get(link: string): Promise<Ended & { readonly files: string[] }> {
  const folder = await mkdtemp(join(home.folder, "out-"));
  const ended = await runCli(home, ["get", link, "--out", folder]);
  return { ...ended, files: await readdir(folder) };
}

async function list(): Promise<Array<Record<string, unknown>>> {
  return jsonLines((await runCli(home, ["list", "--json"])).stdout);
}

test("one process serves all terminals: Ctrl-C takes back a terminal's share alone, and another one serves when it is killed", async () => {
  const [first, second, third] = [await share("a.txt"), await share("b.txt"), await share("c.txt")];
  expect(new Set([first, second, third].map(({ link }) => new URL(link).origin)).size).toBe(1);
  third.running.child.kill("SIGINT");
  expect((await third.running.ended).code).toBe(130);
  const running = (await list()).filter((known) => known["running"]).map(({ name }) => String(name));
  expect(running.toSorted()).toEqual(["a.txt", "b.txt"]);
  first.running.child.kill("SIGKILL");
  await second.running.until(/"relay-online".*\n[^]*"relay-online"/);
  expect(await get(second.link)).toMatchObject({ code: 0, files: ["b.txt"] });
  second.running.child.kill("SIGINT");
  const { code, stdout } = await second.running.ended;
  expect([code, jsonLines(stdout).at(-1)]).toEqual([130, { event: "stopped", reason: "interrupted" }]);
  expect(jsonLines(stdout).filter(({ event }) => event === "ready")).toHaveLength(1);
});

test("a link is taken back for good from another terminal", async () => {
  await share("a.txt");
  const second = await share("c.txt");
  expect(await runCli(home, ["revoke", second.link])).toMatchObject({ code: 0, stderr: "" });
  expect((await second.running.ended).code).toBe(27);
  expect(await get(second.link)).toMatchObject({ code: 27, files: [] });
});

test("a share in the background outlives its command, is kept, and ends with rangecast stop", async () => {
  const user = await createHome();
  const file = join(home.folder, "a.txt");
  const shared = await runCli(user, ["share", file, "--background", "--port", "0", "--json"]);
  const [ready] = jsonLines(shared.stdout);
  const link = String(ready?.["link"]);
  onTestFinished(async () => {
    // If the test fails before it does so itself.
    await runCli(user, ["stop", link]);
    await user.remove();
  });
  expect([shared.code, ready]).toMatchObject([0, { event: "ready", name: "a.txt" }]);
  expect((await runCli(user, ["list"])).stdout).toMatch(/^a\.txt {2}shared in the background, no viewer\n/);
  expect(await runCli(user, ["stop", link])).toMatchObject({ code: 0 });
  await expect.poll(() => readdir(join(user.folder, "data", "rangecast", "run")), { timeout: 15_000 }).toEqual([]);
});
