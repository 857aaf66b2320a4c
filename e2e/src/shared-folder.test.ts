/* The page of a shared folder: a person browses it, plays its films, and follows links into it. */
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FolderScene, pathOf, startFolderScene, untilListed } from "./lib/folder-scene.ts";
import { makeFilm } from "./lib/media.ts";
import { makePicture, tileColours } from "./lib/pictures.ts";
import { zipfileReport } from "./lib/zip-programs.ts";

let scene: FolderScene;

beforeAll(async () => {
  scene = await startFolderScene(async (folder) => {
    await mkdir(join(folder, "Season 1"));
    await mkdir(join(folder, "Empty"));
    await mkdir(join(folder, "Album"));
    // The camera's thumbnail has another colour, so that the two can be told apart.
    await makePicture(join(folder, "Album/1.jpg"), "red", { thumbnail: "blue" });
    await makePicture(join(folder, "Album/2.jpg"), "red");
    await makePicture(join(folder, "Album/3.png"), "lime");
    const film = await makeFilm("mp4-moov-front", folder, { seconds: 1 });
    await copyFile(film, join(folder, "Season 1/Episode 2.mp4"));
    await copyFile(film, join(folder, "Season 1/Für 10 (1).mp4"));
  });
});
afterAll(() => scene.close());

/** Resolves once a film with that name plays. */
async function untilPlaying(page: Page, name: string): Promise<void> {
  await page.locator("#heading", { hasText: name }).waitFor();
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 0);
}

const ROOT = ["Album", "Empty", "Season 1", "moov-front.mp4"];

test("a folder is browsed by keyboard, filtered, its films play one after the other, and back leads back", async () => {
  const page = await scene.open();
  await untilListed(page, ROOT);
  await page.keyboard.press("/");
  await page.keyboard.type("SEAS");
  await untilListed(page, ["Season 1"]);
  await page.keyboard.press("Enter");
  await untilListed(page, ["Episode 2.mp4", "Für 10 (1).mp4"]);
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await untilPlaying(page, "Episode 2.mp4");
  await untilPlaying(page, "Für 10 (1).mp4");
  expect(pathOf(page)).toBe("Season%201/F%C3%BCr%2010%20%281%29.mp4");
  await page.goBack();
  await page.locator("#heading", { hasText: "Season 1" }).waitFor();
  expect(await page.locator(".row.current .entry").textContent()).toBe("Für 10 (1).mp4");
  await page.keyboard.press("Backspace");
  await untilListed(page, ROOT);
  await page.close();
});

test("a link leads to a file, to a folder, and says where there is nothing", async () => {
  const page = await scene.open("Season%201/F%C3%BCr%2010%20%281%29.mp4");
  await page.locator("#poster:enabled").waitFor();
  expect(await page.locator(".crumbs a").allTextContents()).toEqual(["Films", "Season 1"]);
  const goTo = (path: string): Promise<void> =>
    page.evaluate((to) => void (location.hash = location.hash.replace(/&path=.*/u, `&path=${to}`)), path);
  await goTo("Empty");
  await page.getByText("This folder is empty").waitFor();
  await goTo("nothing/here");
  await page.getByText("There is nothing at this address").waitFor();
  await page.getByRole("button", { name: "Show the whole folder" }).click();
  await untilListed(page, ROOT);
  expect(pathOf(page)).toBeUndefined();
  await page.close();
});

test("pictures are tiles with thumbnails, and are looked through one after the other", async () => {
  const page = await scene.open("Album");
  await expect.poll(() => page.evaluate(tileColours), { timeout: 15_000 }).toEqual(["blue", "red", "lime"]);
  await page.locator(".tile .thumbnail").first().click();
  await page.locator("dialog[open] .viewer-title", { hasText: "1.jpg1 of 3" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.locator("dialog[open] .viewer-title", { hasText: "2.jpg2 of 3" }).waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>("dialog[open] img")?.naturalWidth === 320);
  await page.keyboard.press("Escape");
  await page.locator(".tile.current", { hasText: "2.jpg" }).waitFor();
  expect(pathOf(page)).toBe("Album");
  await page.close();
});

test("what is selected is downloaded as one zip", async () => {
  const page = await scene.open();
  await page.getByRole("checkbox", { name: "Select Album" }).dispatchEvent("click");
  await page.getByText("moov-front.mp4").click({ modifiers: ["Shift"] });
  await page.getByText("Empty").click({ modifiers: ["ControlOrMeta"] });
  await page.getByText("3 selected").waitFor();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download 3 as zip" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("Films.zip");
  // Three pictures, three films, and the folders.
  expect(await zipfileReport(await download.path())).toMatch(/^None 8 /u);
  await page.close();
});
