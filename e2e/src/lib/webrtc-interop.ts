/* What a connection of ours must do with any peer. */
import { expect } from "vitest";
import type { LossyPath } from "./lossy-path.ts";
import { nodePeer, type WebrtcPeer } from "./webrtc-peers.ts";
import type { Status, Tally } from "./webrtc-program.ts";

export type Role = "offer" | "answer";
export const ROLES: readonly Role[] = ["offer", "answer"];

/** Label of the channel that the offer creates. */
export const FIRST = "first";
/** Longest wait for a state, milliseconds. */
const STATE_LIMIT_MS = 20_000;
/** A closed channel or connection is noticed within this time, milliseconds. */
const CLOSE_LIMIT_MS = 3_000;
const CHECK_MS = 25;

/** Both sides of a connection. */
export interface Both {
  readonly ours: WebrtcPeer;
  readonly theirs: WebrtcPeer;
  close(): Promise<void>;
}

export async function until(what: string, holds: () => Promise<boolean>, limitMs: number = STATE_LIMIT_MS): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}

/** Connects ours, in a role, with a peer, and waits until the first channel is open on both sides. @param path between them; none: directly */
export async function connect(role: Role, theirs: WebrtcPeer, path?: LossyPath): Promise<Both> {
  const ours = nodePeer("own");
  const oursShown = (sdp: string): string => path?.ours(sdp) ?? sdp;
  const theirsShown = async (sdp: string): Promise<string> => (await path?.theirs(sdp)) ?? sdp;
  if (role === "offer") await ours.accept(await theirsShown(await theirs.answer(oursShown(await ours.offer(FIRST)))));
  else await theirs.accept(oursShown(await ours.answer(await theirsShown(await theirs.offer(FIRST)))));
  const both = {
    ours,
    theirs,
    close: async () => {
      await ours.close();
      await theirs.close();
    },
  };
  await isOpen(both, FIRST);
  return both;
}

export async function isOpen({ ours, theirs }: Both, label: string): Promise<void> {
  for (const side of [ours, theirs]) {
    await until(`${label} is open`, async () => (await side.status()).channels[label] === "open");
  }
}

/** Waits until all that one side sends has arrived at the other, unchanged. */
export async function arrives(from: WebrtcPeer, to: WebrtcPeer, label: string, limitMs: number = STATE_LIMIT_MS): Promise<Tally> {
  let [sender, receiver] = [await from.tally(label), await to.tally(label)];
  const done = async (): Promise<boolean> => {
    [sender, receiver] = [await from.tally(label), await to.tally(label)];
    return !sender.sending && receiver.received.messages >= sender.sent.messages;
  };
  await until("all has arrived", done, limitMs);
  expect(receiver.received).toEqual(sender.sent);
  return receiver;
}

/** Whether a side has noticed that the other one has gone. */
export function isGone({ connection, channels }: Status): boolean {
  return connection !== "connected" || channels[FIRST] === "closed";
}

export async function notices(side: WebrtcPeer, what: string, holds: (status: Status) => boolean): Promise<void> {
  await until(what, async () => holds(await side.status()), CLOSE_LIMIT_MS);
}
