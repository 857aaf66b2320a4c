import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createEphemeralStore } from "../identity/identity-store.ts";
import { daemonBench } from "../testing/daemon-bench.ts";
import { fill } from "../testing/folder-bench.ts";
import { inspectContent } from "./share-content.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

async function folders(): Promise<string> {
  const folder = await temporaryFolder();
  await fill(folder, ["Season 1/a", "Season 2/b", "readme"]);
  return folder;
}

describe("a share of a folder", () => {
  test("has its name, no size, and the same link each time; its session is answered", async () => {
    const store = await createEphemeralStore();
    const path = join(await folders(), "Season 1");
    const bench = await daemonBench({ path, store });
    expect(bench.share).toMatchObject({ path, name: "Season 1", size: 0, isFolder: true });
    await bench.daemon.close();
    const again = await daemonBench({ path, store });
    expect(again.share.link).toBe(bench.share.link);
  });

  test("of several paths is another share than one of them, and named after the first", async () => {
    const folder = await folders();
    const bench = await daemonBench({ path: join(folder, "Season 1") });
    const path = ["Season 1", "readme", "Season 2"].map((name) => join(folder, name));
    const share = await bench.daemon.addShare({ path });
    expect(share).toMatchObject({ name: "Season 1 and 2 more", path: path.join(", "), isFolder: true });
    expect(share.link).not.toBe(bench.share.link);
    await expect(bench.daemon.addShare({ path })).rejects.toMatchObject({ reason: "already-shared" });
    await bench.daemon.removeShare(share.id);
    expect((await bench.daemon.addShare({ path })).link).not.toBe(share.link);
  });

  test("L-10: is refused to a viewer when nothing of it is left", async () => {
    const folder = await folders();
    const content = await inspectContent({ path: [join(folder, "Season 1"), join(folder, "readme")] });
    await rm(join(folder, "readme"));
    expect((await content.open()).isFolder).toBe(true);
    await rm(join(folder, "Season 1"), { recursive: true });
    await expect(content.open()).rejects.toMatchObject({ name: "SessionError", reason: "file-gone" });
  });

  test("a share of one file is none, whatever its options", async () => {
    const path = join(await folders(), "readme");
    const content = await inspectContent({ path: [path], exclude: ["*"] });
    expect(content).toMatchObject({ name: "readme", size: 6, isFolder: false, key: path });
    const tree = await content.open();
    expect([tree.root.size, tree.isFolder]).toEqual([6, undefined]);
    await tree.root.close();
  });
});
