/* Whole connections of our own transport with every other stack: a gigabyte, loss, and the end of a peer that says nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { LossyPath } from "../lib/lossy-path.ts";
import { arrives, type Both, connect, FIRST, ROLES, until } from "../lib/webrtc-interop.ts";
import { PEER_KINDS, type PeerFactory, PEER_START_LIMIT_MS } from "../lib/webrtc-peers.ts";

const MIB = 1024 * 1024;
/** Bytes of the large transfers: overridden for a quick check. */
const LARGE_BYTES = Number(process.env["TRANSFER_MIB"] ?? 1024) * MIB;
const SMALL_BYTES = Math.min(LARGE_BYTES, 32 * MIB);
const MESSAGE_BYTES = 16 * 1024;
/** Longest that one transfer may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 15 * 60_000;
/** Of each direction, milliseconds: a round trip of 2 ms. */
const DELAY_MS = 1;
const LOSS = 0.03;
/** A peer that has gone without a word is noticed within this time, milliseconds: consent expires after 30 s (RFC 7675, 5.1). */
const SILENCE_LIMIT_MS = 35_000;
const SEED = 7;

const TRANSFERS = [
  { sender: "ours", bytes: LARGE_BYTES, loss: 0 },
  { sender: "ours", bytes: LARGE_BYTES, loss: LOSS },
  { sender: "theirs", bytes: LARGE_BYTES, loss: 0 },
  { sender: "theirs", bytes: SMALL_BYTES, loss: LOSS },
] as const;

describe.each(PEER_KINDS)("with $name", { timeout: LIMIT_MS }, ({ missing, start }) => {
  let peers: PeerFactory;
  const clean: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    if (missing === undefined) peers = await start();
  }, PEER_START_LIMIT_MS);
  afterEach(async () => {
    for (const step of clean.splice(0).toReversed()) await step();
  });
  afterAll(() => peers?.end());

  describe.skipIf(missing !== undefined).each(ROLES)(`we %s${missing === undefined ? "" : ` (skipped: ${missing})`}`, (role) => {
    const connected = async (path?: LossyPath): Promise<Both> => {
      if (path !== undefined) clean.push(() => path.close());
      const both = await connect(role, await peers.create(), path);
      clean.push(() => both.close());
      return both;
    };

    test.each(TRANSFERS)("$sender: $bytes bytes arrive unchanged at a loss of $loss", async ({ sender, bytes, loss }) => {
      const path = loss > 0 ? await LossyPath.open({ delayMs: DELAY_MS, seed: SEED }) : undefined;
      const both = await connected(path);
      if (path !== undefined) path.loss = loss;
      const [from, to] = sender === "ours" ? [both.ours, both.theirs] : [both.theirs, both.ours];
      const startMs = performance.now();
      await from.send(FIRST, bytes, MESSAGE_BYTES);
      const { received } = await arrives(from, to, FIRST, LIMIT_MS);
      expect(received.bytes).toBe(bytes);
      console.log(JSON.stringify({ role, sender, bytes, loss, seconds: (performance.now() - startMs) / 1000, ...path?.datagrams }));
    });

    test("a path that passes nothing any more is noticed", async () => {
      const path = await LossyPath.open();
      const { ours } = await connected(path);
      path.cut();
      await until("we have noticed", async () => /disconnected|failed|closed/u.test((await ours.status()).connection), SILENCE_LIMIT_MS);
    });
  });

  // Last: it may end what all peers have in common.
  test.skipIf(missing !== undefined)("the end of its process is noticed", async ({ skip }) => {
    const { ours, theirs } = await connect("offer", await peers.create());
    clean.push(() => ours.close());
    if (theirs.kill === undefined) return skip("it has no process that can be killed");
    await theirs.kill();
    await until("we have noticed", async () => /disconnected|failed|closed/u.test((await ours.status()).connection), SILENCE_LIMIT_MS);
  });
});
