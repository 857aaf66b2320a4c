/* Measures when the real page shows the first frame of a film. */
import type { Page } from "playwright-core";

/** Longest that a film may take to show, milliseconds. */
const FRAME_LIMIT_MS = 30_000;

declare global {
  interface Window {
    /** Milliseconds since 1970. */
    firstFrameAt?: number;
  }
}

/**
 * Opens a link in a browser that has nothing of the page cached, presses Play as soon as possible, and waits for a frame.
 * @returns milliseconds from the call
 */
export async function firstFrameMs(page: Page, link: string): Promise<number> {
  await page.addInitScript(pressAndWatch);
  const start = Date.now();
  await page.goto(link, { waitUntil: "commit" });
  const shown = await page.waitForFunction(() => window.firstFrameAt, undefined, { timeout: FRAME_LIMIT_MS });
  return Number(await shown.jsonValue()) - start;
}

/** Runs in the page, before its own scripts. */
function pressAndWatch(): void {
  const watched = new WeakSet<HTMLVideoElement>();
  let pressed = false;
  const look = (): void => {
    const poster = document.querySelector<HTMLButtonElement>("#poster");
    if (poster !== null && !poster.hidden && !poster.disabled && !pressed) {
      pressed = true;
      poster.click();
    }
    const video = document.querySelector("video");
    if (video === null || watched.has(video)) return;
    watched.add(video);
    video.requestVideoFrameCallback(() => (window.firstFrameAt ??= Date.now()));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}
