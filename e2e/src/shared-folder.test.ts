/* The page of a shared folder: a person browses it, plays its films, and follows links into it. */
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FolderScene, pathOf, startFolderScene, untilListed } from "./lib/folder-scene.ts";
import { makeFilm } from "./lib/media.ts";

let scene: FolderScene;

beforeAll(async () => {
  scene = await startFolderScene(async (folder) => {
    await mkdir(join(folder, "Season 1"));
    await mkdir(join(folder, "Empty"));
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

const ROOT = ["Empty", "Season 1", "moov-front.mp4"];

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
  expect(await page.locator('.row[aria-selected="true"] .entry').textContent()).toBe("Für 10 (1).mp4");
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
