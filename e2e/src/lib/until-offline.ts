import { setTimeout as sleep } from "node:timers/promises";
import { lookUpShare, parseLink } from "@rangecast/signal";

/** Longest wait, milliseconds: a relay takes a host for online about ten seconds after it lost its connection. */
const OFFLINE_TIMEOUT_MS = 60_000;
/** Time between two looks, milliseconds. */
const LOOK_MS = 200;

/** Waits until the relay knows that the host of a link is gone. */
export async function untilOffline(link: string): Promise<void> {
  const end = performance.now() + OFFLINE_TIMEOUT_MS;
  while ((await lookUpShare({ link: parseLink(link) })).online) {
    if (performance.now() > end) throw new Error("the relay still takes the host for online");
    await sleep(LOOK_MS);
  }
}
