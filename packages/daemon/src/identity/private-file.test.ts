import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { expect, test } from "vitest";
import { createPrivateFile } from "./private-file.ts";

const noLinks = (): Promise<never> => Promise.reject(Object.assign(new Error("no links"), { code: "EPERM" }));

test.each([
  ["with hard links", undefined],
  ["without hard links", noLinks],
])("on a file system %s, of several processes that create a file at once one succeeds, and its file stays", async (_which, makeLink) => {
  const folder = await temporaryFolder();
  const path = join(folder, "identity.json");
  const texts = ["one", "two", "three", "four"];
  const won = await Promise.all(texts.map((text) => createPrivateFile(path, text, makeLink)));
  expect(won.filter(Boolean)).toHaveLength(1);
  expect([await readdir(folder), await readFile(path, "utf8")]).toEqual([["identity.json"], texts[won.indexOf(true)]]);
});
