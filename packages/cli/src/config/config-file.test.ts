import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { beforeEach, describe, expect, it } from "vitest";
import { readConfig, updateConfig } from "./config-file.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder, "deep", "config.json");
});

describe("the config file", () => {
  it("is empty if there is no file, and reading creates none", async () => {
    expect(await readConfig(path)).toEqual({});
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  it("saves the given values, removes those that are null, and keeps the others", async () => {
    expect(await updateConfig(path, { relay: "https://a.example", page: "https://b.example" })).toBe(true);
    expect(await updateConfig(path, { relay: null })).toBe(true);
    expect(await readConfig(path)).toEqual({ page: "https://b.example" });
  });

  it("saves the changes of two processes at the same moment", async () => {
    const changes = [{ relay: "https://a.example" }, { page: "https://b.example" }];
    await Promise.all(changes.map((change) => updateConfig(path, change)));
    expect(await readConfig(path)).toEqual({ relay: "https://a.example", page: "https://b.example" });
    expect(await readdir(join(folder, "deep"))).toEqual(["config.json"]);
  });

  it("is changed despite the lock of a killed process", async () => {
    await mkdir(`${path}.lock`, { recursive: true });
    expect(await updateConfig(path, { relay: "https://a.example" })).toBe(true);
    expect(await readdir(join(folder, "deep"))).toEqual(["config.json"]);
  });

  it("reports when nothing changed", async () => {
    await updateConfig(path, { relay: "https://a.example" });
    expect(await updateConfig(path, { relay: "https://a.example", page: null })).toBe(false);
  });

  it("is readable only by its owner", async () => {
    await updateConfig(path, { relay: "https://a.example" });
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it("keeps unknown fields", async () => {
    path = join(folder, "config.json");
    await writeFile(path, '{"relay":"https://a.example/","newer":{"x":1}}');
    expect(await readConfig(path)).toEqual({ relay: "https://a.example" });
    await updateConfig(path, { page: "https://b.example" });
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ newer: { x: 1 } });
  });

  it.each([
    ["no JSON", "{relay:", /isn't valid JSON/],
    ["no object", "null", /invalid value/],
    ["a relay that is not an address", '{"relay":"relay.example"}', /invalid value in "relay".*https:/],
    ["a page that is not a string", '{"page":7}', /invalid value in "page"/],
  ])("is refused by name when it holds %s", async (_what, text, message) => {
    path = join(folder, "config.json");
    await writeFile(path, text);
    await expect(readConfig(path)).rejects.toThrow(
      expect.objectContaining({ reason: "bad-config", message: expect.stringMatching(message) }),
    );
  });

  it("is refused if it is a folder", async () => {
    await expect(readConfig(folder)).rejects.toMatchObject({ reason: "bad-config" });
  });
});
