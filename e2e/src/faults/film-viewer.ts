/* Observes a film that plays in a tab: whether it is the same element, whether it continues, and whether it shows the right frames. */
import { open } from "node:fs/promises";
import type { Page } from "playwright-core";
import { FILM } from "../lib/media.ts";
import { openFilm, seekAndRead } from "../lib/video-probe.ts";
import { withinTime } from "../lib/wait.ts";
import { countWrong } from "./count-wrong.ts";

/** Longest that a tab may take to answer a question about itself, milliseconds. */
const ANSWER_LIMIT_MS = 5000;
/** Longest that a seek may take after the fault, milliseconds. */
const SEEK_LIMIT_MS = 20_000;
/** Size of each slice that is fetched through the page and compared, bytes. */
const SLICE_BYTES = 200_000;

export interface Look {
  /** Playback position, seconds. */
  readonly time: number;
  /** Number of frames shown. */
  readonly frames: number;
  /** Neither paused nor seeking, and with data for the next frames. */
  readonly plays: boolean;
  /** Whether it is still the marked element, on the same page. */
  readonly same: boolean;
  /** The page's whole text. */
  readonly words: string;
}

export interface FilmViewer {
  readonly page: Page;
  look(): Promise<Look>;
  /** Seeks to the first of these positions (seconds) that isn't buffered, and plays from there. */
  seekFar(places: readonly number[]): Promise<void>;
  /** Seeks to each position. @returns a text for each wrong frame */
  wrongFrames(places: readonly number[]): Promise<string[]>;
  /** Fetches slices as the video element would, and counts the bytes that are not the file's. */
  wrongBytes(path: string, starts: readonly number[]): Promise<number>;
}

declare global {
  interface Window {
    /** The element that plays when the fault begins. */
    watched?: HTMLVideoElement | null;
  }
}

/** Opens the film, plays it, and marks the element. */
export async function openViewer(page: Page, link: string): Promise<FilmViewer> {
  await openFilm(page, link);
  await page.evaluate(() => {
    window.watched = document.querySelector("video");
    return window.watched?.play();
  });
  const ask = <T>(question: Promise<T>): Promise<T> => withinTime(question, ANSWER_LIMIT_MS, "an answer of the tab");
  return {
    page,
    look: () => ask(page.evaluate(look)),
    seekFar: (places) => ask(page.evaluate(seekFar, places)),
    wrongFrames: async (places) => {
      const wrong: string[] = [];
      for (const place of places) {
        const { mediaTime, frameNumber } = await withinTime(seekAndRead(page, place), SEEK_LIMIT_MS, `a seek to ${place} s`);
        const right = Math.round(mediaTime * FILM.framesPerSecond);
        if (frameNumber !== right) wrong.push(`frame ${frameNumber} in place of ${right}`);
      }
      return wrong;
    },
    wrongBytes: async (path, starts) => {
      const file = await open(path, "r");
      try {
        let wrong = 0;
        for (const start of starts) {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(SLICE_BYTES), 0, SLICE_BYTES, start);
          const wanted = buffer.subarray(0, bytesRead);
          const got = await withinTime(
            page.evaluate(fetchSlice, [start, start + bytesRead] as const),
            SEEK_LIMIT_MS,
            "a slice of the file",
          );
          wrong += countWrong(Buffer.from(got, "base64"), wanted);
        }
        return wrong;
      } finally {
        await file.close();
      }
    },
  };
}

/* The rest runs in the page. */

function look(): Look {
  const video = document.querySelector("video");
  const same = video !== null && video === window.watched;
  const words = document.querySelector("main")?.innerText ?? "";
  if (video === null) return { time: 0, frames: 0, plays: false, same, words };
  const plays = !video.paused && !video.seeking && !video.ended && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
  return { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames, plays, same, words };
}

function seekFar(places: readonly number[]): void {
  const video = document.querySelector("video");
  if (video === null) throw new Error("there is no video on the page");
  const ranges = Array.from(
    { length: video.buffered.length },
    (_, index) => [video.buffered.start(index), video.buffered.end(index)] as const,
  );
  const place = places.find((seconds) => ranges.every(([start, end]) => seconds < start || end <= seconds));
  if (place === undefined) throw new Error(`all of ${places.join(", ")} s is buffered already, so the fault would have no effect`);
  video.currentTime = place;
}

async function fetchSlice([start, end]: readonly [number, number]): Promise<string> {
  const address = document.querySelector("video")?.currentSrc ?? "";
  const response = await fetch(address, { headers: { Range: `bytes=${start}-${end - 1}` } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
