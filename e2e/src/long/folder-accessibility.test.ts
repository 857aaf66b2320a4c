/* The page of a shared folder, in each of its states, as axe-core judges it: on a desktop and a phone, light and dark. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessibilityViolations } from "../lib/accessibility.ts";
import { type FolderScene, pickOwnStorage, startFolderScene } from "../lib/folder-scene.ts";
import { makeFilm } from "../lib/media.ts";
import { makePicture, tileColours } from "../lib/pictures.ts";

let scene: FolderScene;

beforeAll(async () => {
  scene = await startFolderScene(async (folder) => {
    await mkdir(join(folder, "Album"));
    await mkdir(join(folder, "Empty"));
    for (const name of ["1.jpg", "2.jpg", "3.png"]) await makePicture(join(folder, "Album", name), "lime");
    await makeFilm("mp4-moov-front", folder, { seconds: 1 });
    await writeFile(join(folder, "notes.md"), "# Notes\n");
  });
  await scene.context.addInitScript(pickOwnStorage);
});
afterAll(() => scene.close());

const STATES: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  "a list": (page) => page.getByText("notes.md").waitFor(),
  "a selection": async (page) => {
    await page.locator(".pick").first().click();
    await page.getByText("1 selected").waitFor();
  },
  "a folder that was saved": async (page) => {
    await page.getByRole("button", { name: "Save 1 into a folder" }).click();
    await page.getByText("Saved into").waitFor();
  },
  "a filter without a match": async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("xyz");
    await page.getByText("No match").waitFor();
  },
  "an empty folder": (page) => goTo(page, "Empty", "This folder is empty"),
  "a text": (page) => goTo(page, "notes.md", "# Notes"),
  "a film": async (page) => {
    await goTo(page, "moov-front.mp4");
    await page.locator("#poster:enabled").waitFor();
  },
  "a picture": async (page) => {
    await goTo(page, "Album/1.jpg");
    await page.locator(".picture img").waitFor();
  },
  "a picture that fills the window": async (page) => {
    await page.locator(".picture").click();
    await page.locator("dialog[open] img").waitFor();
  },
  tiles: async (page) => {
    await page.keyboard.press("Escape");
    await goTo(page, "Album");
    await expect.poll(() => page.evaluate(tileColours)).toEqual(["lime", "lime", "lime"]);
  },
  "a place where nothing is": (page) => goTo(page, "nothing", "There is nothing at this address"),
};

async function goTo(page: Page, path: string, text?: string): Promise<void> {
  await page.evaluate((to) => void (location.hash = `${location.hash.replace(/&path=.*/u, "")}&path=${to}`), path);
  if (text !== undefined) await page.getByText(text).first().waitFor();
}

test.each([
  ["a desktop", "light", { width: 1200, height: 800 }],
  ["a desktop", "dark", { width: 1200, height: 800 }],
  ["a phone", "light", { width: 390, height: 844 }],
  ["a phone", "dark", { width: 390, height: 844 }],
] as const)("on %s, %s, axe-core finds nothing wrong in any state", async (_device, colorScheme, viewport) => {
  const page = await scene.open();
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  const found: Record<string, string[]> = {};
  for (const [state, reach] of Object.entries(STATES)) {
    await reach(page);
    found[state] = await accessibilityViolations(page);
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(STATES).map((state) => [state, []])));
  await page.close();
});
