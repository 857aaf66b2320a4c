/* A shared folder is saved as a real tree, through the File System API, in Chromium. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FolderScene, pickOwnStorage, startFolderScene } from "../lib/folder-scene.ts";

const LARGE_BYTES = 60_000_000;
const MARK_EVERY_BYTES = 10_000_000;
const SMALL_FILES = 100;
/** Longest wait for anything, milliseconds: on a busy machine a browser writes some megabytes a second. */
const WAIT_MS = 100_000;

let scene: FolderScene;
/** SHA-256 of each file, by its path. */
const digests: Record<string, string> = {};

beforeAll(async () => {
  scene = await startFolderScene(async (folder) => {
    await mkdir(join(folder, "Season 1/Für: alle"), { recursive: true });
    await mkdir(join(folder, "Empty"));
    await mkdir(join(folder, "small"));
    const put = async (path: string, bytes: Buffer, saved = path): Promise<void> => {
      await writeFile(join(folder, path), bytes);
      digests[saved] = createHash("sha256").update(bytes).digest("hex");
    };
    await put("Season 1/Für: alle/1.txt", randomBytes(1000), "Season 1/Für_ alle/1.txt");
    await put("empty.txt", Buffer.alloc(0));
    for (let index = 0; index < SMALL_FILES; index += 1) await put(`small/${index}.bin`, randomBytes(4000));
    const large = Buffer.alloc(LARGE_BYTES);
    for (let at = 0; at < LARGE_BYTES; at += MARK_EVERY_BYTES) randomBytes(1000).copy(large, at);
    await put("large.bin", large);
  });
  await scene.context.addInitScript(pickOwnStorage);
});
afterAll(() => scene.close());

test("a folder is saved as a tree; stopped, it goes on at the same byte, and what is there is skipped", async () => {
  const page = await scene.open();
  page.setDefaultTimeout(WAIT_MS);
  const ranges: string[] = [];
  page.on("request", (request) => {
    const { range } = request.headers();
    if (range !== undefined && request.url().includes("large.bin")) ranges.push(range);
  });
  const save = page.getByRole("button", { name: "Save into a folder" });
  await save.click();
  await page.waitForFunction(
    () => Number(/([\d.]+)\sMB/u.exec(document.querySelector(".save .download-detail")?.textContent ?? "")?.[1]) > 20,
  );
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Not all was saved").waitFor();
  expect(await savedFiles(page)).not.toHaveProperty("large.bin");
  await save.click();
  await page.getByText("Saved into").waitFor();
  expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d{6,}-$/u)]);
  expect(await savedFiles(page)).toEqual(digests);
  expect(await page.evaluate(emptyFolders)).toEqual(["Empty"]);
  await page.close();

  const later = await scene.open();
  await later.getByRole("button", { name: "Save into a folder" }).click();
  await later.getByText("Saved into").waitFor();
  expect(await later.locator(".save .download-detail").textContent()).toContain(`0 saved · ${SMALL_FILES + 3} already there`);
  await later.close();
});

test("only what is selected is saved, and other files with these names are left alone", async () => {
  const page = await scene.open("small");
  await page.evaluate(async () => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("small", { create: true });
    const writable = await (await root.getFileHandle("1.bin", { create: true })).createWritable();
    await writable.write("something else");
    await writable.close();
  });
  await page.getByRole("checkbox", { name: "Select 0.bin" }).dispatchEvent("click");
  await page.getByRole("checkbox", { name: "Select 1.bin" }).dispatchEvent("click");
  await page.getByRole("button", { name: "Save 2 into a folder" }).click();
  await page.getByText("Saved into").waitFor();
  await page.getByText("Left alone, because another file with this name is there: 1.bin").waitFor();
  expect(await page.locator(".save .download-detail").textContent()).toContain("1 saved");
  await page.close();
});

/** SHA-256 of each file in the folder that was saved, by its path. */
function savedFiles(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const found: Record<string, string> = {};
    const read = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
      for await (const entry of folder.values()) {
        const inner = `${path}${entry.name}`;
        if (entry instanceof FileSystemDirectoryHandle) await read(entry, `${inner}/`);
        else if (entry instanceof FileSystemFileHandle && !inner.endsWith("-part")) {
          const digest = await crypto.subtle.digest("SHA-256", await (await entry.getFile()).arrayBuffer());
          found[inner] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
        }
      }
    };
    await read(await (await navigator.storage.getDirectory()).getDirectoryHandle("Films"), "");
    return found;
  });
}

async function emptyFolders(): Promise<string[]> {
  const empty: string[] = [];
  for await (const entry of (await (await navigator.storage.getDirectory()).getDirectoryHandle("Films")).values()) {
    if (entry instanceof FileSystemDirectoryHandle && (await entry.values().next()).done) empty.push(entry.name);
  }
  return empty;
}
