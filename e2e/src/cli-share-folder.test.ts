/** `rangecast share` with folders, as a process, read by the client in Node. */
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFolder } from "@rangecast/client";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createHome, type Home, jsonLines, startCli } from "./cli-process.ts";
import { connectTo, contentOf, latin1, namesIn } from "./lib/folder-client.ts";

const NOT_FOUND = { name: "ClientError", reason: "file-gone" };

let home: Home;
let folder = "";

beforeAll(async () => {
  home = await createHome();
  folder = join(home.folder, "Season 1");
  await mkdir(join(folder, "extras"), { recursive: true });
  await mkdir(latin1Path(`${folder}/\xff`));
  const files = ["e1.mp4", "e2.mp4.part", ".hidden", "extras/b", "\xff/caf\xe9.txt"];
  for (const name of files) await writeFile(latin1Path(`${folder}/${name}`), Buffer.from(name, "latin1"));
  await writeFile(join(home.folder, "secret"), "outside");
  await symlink("../secret", join(folder, "way-out"));
});
afterAll(() => home.remove());

const latin1Path = (path: string): Buffer => Buffer.from(path, "latin1");

async function shareReady(args: readonly string[]): Promise<Record<string, unknown>> {
  const running = startCli(home, ["share", ...args, "--port", "0", "--no-relay", "--ephemeral", "--json"], { timeoutMs: 100_000 });
  onTestFinished(() => void running.child.kill("SIGKILL"));
  await running.until(/"ready".*\n/);
  return jsonLines(running.stdout())[0] ?? {};
}

it("a folder is listed and read by its paths, as it is on the disk at that moment, and nothing else is", async () => {
  const ready = await shareReady([folder, "--exclude", "*.part"]);
  expect(ready).toMatchObject({ event: "ready", name: "Season 1", size: 0, folder: true });
  const share = await connectTo(String(ready["link"]));
  const { name, size, ...facts } = await share.opened();
  expect([isFolder(facts), name, size]).toEqual([true, "Season 1", 0]);
  const list = await share.readFolder(latin1(""));
  expect([namesIn(list), list.skipped]).toEqual([["e1.mp4", "extras/", "\xff/"], 1]);
  expect(namesIn(await share.readFolder(latin1("\xff")))).toEqual(["caf\xe9.txt"]);
  for (const path of ["e1.mp4", "extras/b", "\xff/caf\xe9.txt"]) expect(await contentOf(share, path)).toBe(path);
  await writeFile(join(folder, "extras", "new"), "");
  await rm(join(folder, "extras", "b"));
  expect(namesIn(await share.readFolder(latin1("extras")))).toEqual(["new"]);
  for (const path of ["extras/b", "e2.mp4.part", ".hidden", "way-out", "../secret", "extras/../../secret", "extras"]) {
    await expect(share.open(latin1(path))).rejects.toMatchObject(NOT_FOUND);
  }
  await expect(share.readFolder(latin1(".."))).rejects.toMatchObject(NOT_FOUND);
});

it("several paths are the entries of one folder, with hidden names if they are asked for", async () => {
  const ready = await shareReady([join(home.folder, "secret"), folder, "--all", "--name", "Things"]);
  const share = await connectTo(String(ready["link"]));
  expect((await share.opened()).name).toBe("Things");
  expect(namesIn(await share.readFolder(latin1("")))).toEqual(["Season 1/", "secret"]);
  expect(namesIn(await share.readFolder(latin1("Season 1")))).toContain(".hidden");
  expect(await contentOf(share, "secret")).toBe("outside");
});
