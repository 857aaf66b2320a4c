/*
 * Our own transport over a path whose MTU is the least that IPv6 allows: 1,280 bytes. It begins with datagrams that fit, and looks for larger ones by probes. A
 * filter drops what is larger: over IPv6, so that 1,232 bytes are left of a packet without IP and UDP; and through a TURN server, which adds 32 more at most.
 * In network namespaces the viewer's link has that MTU: there the host's system fragments what is larger, once a router has said so.
 */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { LossyPath } from "../lib/lossy-path.ts";
import { makeNetwork, MIDDLE_ADDRESS, whyNoNetwork } from "../lib/network.ts";
import { makeHome, removeHome, startRangecast } from "../lib/rangecast.ts";
import { sha256Of, writeNoise } from "../lib/test-files.ts";
import { arrives, connect, FIRST, ROLES } from "../lib/webrtc-interop.ts";
import { PEER_KINDS, type PeerFactory, PEER_START_LIMIT_MS } from "../lib/webrtc-peers.ts";

const MIB = 1024 * 1024;
const TRANSFER_BYTES = 4 * MIB;
const MESSAGE_BYTES = 16 * 1024;
/** Longest that one transfer may take, milliseconds. */
const LIMIT_MS = 5 * 60_000;
const MTU_BYTES = 1_280;
const RELAY_PORT = 8_080;
const FILE_BYTES = 8 * MIB;

/** Bytes of UDP payload in a packet of IPv6 (40 and 8 bytes of headers). */
const OVER_IPV6_BYTES = MTU_BYTES - 48;
const OVER_TURN_BYTES = OVER_IPV6_BYTES - 32;

describe.each(PEER_KINDS.filter(({ missing }) => missing === undefined))("with $name", ({ start }) => {
  let peers: PeerFactory;
  const clean: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    peers = await start();
  }, PEER_START_LIMIT_MS);
  afterEach(async () => {
    for (const step of clean.splice(0).toReversed()) await step();
  });
  afterAll(() => peers?.end());

  test.each(ROLES.flatMap((role) => [OVER_IPV6_BYTES, OVER_TURN_BYTES].map((bytes) => [role, bytes] as const)))(
    "we %s: all arrives both ways although datagrams over %i bytes are dropped",
    { timeout: 2 * LIMIT_MS },
    async (role, maxDatagramBytes) => {
      const path = await LossyPath.open({ maxDatagramBytes, delayMs: 1 });
      clean.push(() => path.close());
      const both = await connect(role, await peers.create(), path);
      clean.push(() => both.close());
      for (const [from, to] of [
        [both.ours, both.theirs],
        [both.theirs, both.ours],
      ] as const) {
        await from.send(FIRST, TRANSFER_BYTES, MESSAGE_BYTES);
        expect((await arrives(from, to, FIRST, LIMIT_MS)).received.bytes).toBe(TRANSFER_BYTES);
      }
      console.log(JSON.stringify({ role, maxDatagramBytes, ...path.datagrams }));
      // Ours looked for larger datagrams, so the filter had something to drop; and only probes were lost.
      expect(path.datagrams.tooLarge).toBeGreaterThan(0);
      expect(path.datagrams.tooLarge).toBeLessThan(100);
    },
  );
});

const missing = whyNoNetwork();

test.skipIf(missing !== undefined)(
  `get receives a file over a link with that MTU${missing === undefined ? "" : ` (${missing})`}`,
  async () => {
    const env = { RANGECAST_TRANSPORT: "own" };
    const [hostHome, viewerHome] = [await makeHome(), await makeHome()];
    const network = await makeNetwork();
    const origin = `http://${MIDDLE_ADDRESS}:${RELAY_PORT}`;
    const relay = startRangecast(["relay", "--json", "--host", "0.0.0.0", "--port", String(RELAY_PORT), "--origin", origin], {
      home: hostHome,
      within: network.within("middle"),
    });
    const running = [relay];
    try {
      await network.setMtu("viewer", MTU_BYTES);
      await relay.waitFor(({ event }) => event === "ready");
      const file = join(hostHome, "noise.bin");
      const sha256 = await writeNoise(file, FILE_BYTES);
      const host = startRangecast(["share", file, "--json", "--relay", origin], { home: hostHome, env, within: network.within("host") });
      running.push(host);
      const { link } = await host.waitFor(({ event }) => event === "ready");
      const viewer = startRangecast(["get", String(link), "--json", "--out", viewerHome], {
        home: viewerHome,
        env,
        within: network.within("viewer"),
      });
      running.push(viewer);
      expect(await viewer.exited).toBe(0);
      expect(await sha256Of(join(viewerHome, "noise.bin"))).toBe(sha256);
    } finally {
      for (const process of running.toReversed()) await process.stop();
      await network.remove();
      await removeHome(hostHome);
      await removeHome(viewerHome);
    }
  },
);
