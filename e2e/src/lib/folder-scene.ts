/* A shared folder, and a browser that opens its page. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import type { BrowserContext, Page } from "playwright-core";
import { startShare } from "./share.ts";

export interface FolderScene {
  readonly context: BrowserContext;
  /** The share's link. */
  readonly link: string;
  /** Opens the page. @param path percent-encoded, as in a link */
  open(path?: string): Promise<Page>;
  close(): Promise<void>;
}

/** @param fill puts the content into the folder, which is called Films */
export async function startFolderScene(fill: (folder: string) => Promise<void>): Promise<FolderScene> {
  const parent = await mkdtemp(join(tmpdir(), "rangecast-folder-"));
  const folder = join(parent, "Films");
  await mkdir(folder);
  await fill(folder);
  const share = await startShare(folder);
  const { link } = share;
  const chromium = await startChromium();
  return {
    context: chromium.context,
    link,
    open: async (path = "") => {
      const page = await chromium.context.newPage();
      await page.goto(path === "" ? link : `${link}&path=${path}`);
      return page;
    },
    close: async () => {
      await chromium.close();
      await share.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** The names in the list, as far as they are in view. */
export async function listedNames(page: Page): Promise<string[]> {
  return page.locator(".files-body .entry").allTextContents();
}

/** Resolves once the list shows these names. */
export async function untilListed(page: Page, names: readonly string[]): Promise<void> {
  await page.waitForFunction(
    (expected) => [...document.querySelectorAll(".files-body .entry")].map(({ textContent }) => textContent).join("\0") === expected,
    names.join("\0"),
  );
}

/** The path in the page's address, percent-encoded. */
export function pathOf(page: Page): string | undefined {
  return /&path=(.*)$/u.exec(page.url())?.[1];
}

/** Answers the page's question for a folder, which needs a person, with the browser's own storage, which has the same interface. Runs in the page. */
export function pickOwnStorage(): void {
  Object.assign(window, { showDirectoryPicker: () => navigator.storage.getDirectory() });
}
