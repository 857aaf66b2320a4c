/* How soon data flows again when ICE restarts over a path with a delay: Chromium, which offers, and our own transport, which sends. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PeerConnection } from "@rangecast/rtc";
import { createPeerConnection } from "@rangecast/rtc-node";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { LossyPath } from "../lib/lossy-path.ts";

/** Of each direction, milliseconds: long, compared to what a busy machine adds. */
const DELAY_MS = 250;
const ROUND_TRIP_MS = 2 * DELAY_MS;
const RESTARTS = 5;
const MOST_ROUND_TRIPS = 3;
/** One packet each. A message of 16 KiB is more than the first packets on a new path may carry (RFC 6928), so it takes a round trip more. */
const MESSAGE_BYTES = 1000;
const QUEUE_BYTES = 256 * 1024;
/** How long data flows before the path is cut, and how long the path is dead before ICE restarts, milliseconds. */
const FLOW_MS = 1500;
const DEAD_MS = 1500;

interface ViewerPage {
  peer?: RTCPeerConnection;
  /** When the last answer was set, and when the first message after it arrived, by performance.now(). */
  answeredMs?: number;
  arrivedMs?: number | undefined;
}

let browser: Chromium;
let page: Page;
let host: PeerConnection;
let sending: NodeJS.Timeout | undefined;
const paths: LossyPath[] = [];

beforeAll(async () => {
  browser = await startChromium();
  page = await browser.context.newPage();
  host = createPeerConnection({ transport: "own", bindAddress: "127.0.0.1" });
});

afterAll(async () => {
  clearInterval(sending);
  host?.close();
  for (const path of paths) path.close();
  await browser?.close();
});

/** The page's offer; it restarts ICE if the page has a connection already. */
const offerOfPage = (): Promise<string> =>
  page.evaluate(async () => {
    const viewer = globalThis as ViewerPage;
    const isFirst = viewer.peer === undefined;
    const peer = (viewer.peer ??= new RTCPeerConnection());
    if (isFirst) {
      peer.createDataChannel("film").onmessage = () => {
        if (viewer.answeredMs !== undefined) viewer.arrivedMs ??= performance.now();
      };
    }
    await peer.setLocalDescription(await peer.createOffer({ iceRestart: !isFirst }));
    return peer.localDescription?.sdp ?? "";
  });

/** @returns milliseconds from the answer to the first message after it */
const answerPage = (sdp: string): Promise<number> =>
  page.evaluate(async (answer) => {
    const viewer = globalThis as ViewerPage;
    viewer.arrivedMs = undefined;
    viewer.answeredMs = performance.now();
    await viewer.peer?.setRemoteDescription({ type: "answer", sdp: answer });
    while (viewer.arrivedMs === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    return viewer.arrivedMs - viewer.answeredMs;
  }, sdp);

/** Negotiates over a path of its own. @returns as {@link answerPage} */
async function negotiate(): Promise<number> {
  const path = await LossyPath.open({ delayMs: DELAY_MS });
  paths.push(path);
  const gathered = new Promise<void>((resolve) => (host.onicecandidate = ({ candidate }) => candidate === null && resolve()));
  await host.setRemoteDescription({ type: "offer", sdp: await path.theirs(await offerOfPage()) });
  await host.setLocalDescription(await host.createAnswer());
  await gathered;
  return answerPage(path.ours(host.localDescription?.sdp ?? ""));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("data flows again within three round trips of the answer", async () => {
  host.ondatachannel = ({ channel }) => {
    const send = (): void => {
      while (channel.readyState === "open" && channel.bufferedAmount < QUEUE_BYTES) channel.send(new Uint8Array(MESSAGE_BYTES));
    };
    sending = setInterval(send, 5);
  };
  await negotiate();
  const took: number[] = [];
  for (let restart = 0; restart < RESTARTS; restart++) {
    await pause(FLOW_MS);
    paths.at(-1)?.cut();
    await pause(DEAD_MS);
    took.push((await negotiate()) / ROUND_TRIP_MS);
  }
  const sorted = took.toSorted((one, other) => one - other);
  process.stdout.write(
    `from the answer to data, round trips of ${ROUND_TRIP_MS} ms: ${sorted.map((each) => each.toFixed(2)).join(", ")}\n`,
  );
  expect(sorted[Math.floor(RESTARTS / 2)]).toBeLessThanOrEqual(MOST_ROUND_TRIPS);
});
