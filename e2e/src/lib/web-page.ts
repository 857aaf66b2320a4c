/* The page with a host in memory (packages/web/test), and a tab's view of the files that its service worker serves. */
import type { BrowserContext, Page } from "playwright-core";
import { fakeBytes } from "../../../packages/web/test/fake-remote.ts";
import type { FixtureSite } from "../../../packages/web/test/fixture-site.ts";
import type { Fixture } from "../../../packages/web/test/fixture/fixture.ts";

export { fakeBytes };

/** Opens a link of the site, and waits until its file can be fetched. @returns the page */
export async function openReady(context: BrowserContext, site: FixtureSite, query: Record<string, string> = {}): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site.link(query));
  await waitUntilReady(page);
  return page;
}

export async function waitUntilReady(page: Page): Promise<void> {
  await page.locator("#download:enabled").waitFor();
}

/** The URL of the page's file in its browser. */
export async function fileUrl(page: Page, name = "film.mp4"): Promise<string> {
  const clientId = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ type: string; clientId: string }>) => {
          if (data.type === "you-are") resolve(data.clientId);
        });
        navigator.serviceWorker.controller?.postMessage({ type: "who-are-you" });
      }),
  );
  return `/_rangecast/${clientId}/${"A".repeat(22)}/0@1/${name}`;
}

export interface Fetched {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Fetches in the page, as its own script would; rejects when the fetch or its body does. */
export async function fetchInPage(page: Page, url: string, init: RequestInit = {}): Promise<Fetched> {
  const { status, headers, body } = await page.evaluate(
    async ([address, options]) => {
      const response = await fetch(address, options);
      const bytes = new Uint8Array(await response.arrayBuffer());
      let text = "";
      for (const byte of bytes) text += String.fromCharCode(byte);
      return { status: response.status, headers: Object.fromEntries(response.headers), body: btoa(text) };
    },
    [url, init] as const,
  );
  return { status, headers, body: Buffer.from(body, "base64") };
}

/** The states of all streams that the page has requested from its host. */
export async function hostStreams(page: Page): Promise<{ start: number; end: number; sent: number; state: string }[]> {
  return page.evaluate(() => {
    const { remotes }: Fixture = window.fixture;
    return remotes.flatMap(({ streams }) => streams.map((stream) => ({ ...stream })));
  });
}
