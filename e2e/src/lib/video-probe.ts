import type { Page } from "playwright-core";
import { FILM } from "./media.ts";

export interface ShownFrame {
  /** The browser's presentation time of the shown frame, seconds. */
  readonly mediaTime: number;
  /** The frame number read from the picture. */
  readonly frameNumber: number;
}

/** Seeks the page's video and reads from the pixels which frame it then shows. */
export function seekAndRead(page: Page, seconds: number): Promise<ShownFrame> {
  return page.evaluate(showFrame, { target: seconds, film: FILM });
}

/** Runs in the page, with any browser driver. */
export async function showFrame({ target, film }: { readonly target: number; readonly film: typeof FILM }): Promise<ShownFrame> {
  const video = document.querySelector("video");
  if (!video) throw new Error("there is no video on the page");
  video.pause();
  const shown = new Promise<number>((resolve) => {
    const wait = (): void => {
      video.requestVideoFrameCallback((_now, frame) => {
        if (Math.abs(frame.mediaTime - target) < 1.5 / film.framesPerSecond) resolve(frame.mediaTime);
        else wait();
      });
    };
    wait();
  });
  const seeked = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
  video.currentTime = target;
  await seeked;
  const mediaTime = await shown;
  const canvas = document.createElement("canvas");
  canvas.width = film.width;
  canvas.height = film.height;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.drawImage(video, 0, 0, film.width, film.height);
  const block = film.width / film.codeBits;
  let frameNumber = 0;
  for (let bit = 0; bit < film.codeBits; bit++) {
    const [luma = 0] = context.getImageData(Math.floor((bit + 0.5) * block), film.codeHeight / 2, 1, 1).data;
    if (luma > 127) frameNumber += 2 ** bit;
  }
  return { mediaTime, frameNumber };
}

/** Opens a share's page and waits until its video knows its length. */
export async function openFilm(page: Page, link: string): Promise<void> {
  await page.goto(link);
  const play = page.getByRole("button", { name: /^play/i });
  const video = page.locator("video");
  await play.or(video).first().waitFor();
  if (await play.isVisible()) await play.click();
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= HTMLMediaElement.HAVE_METADATA);
}
