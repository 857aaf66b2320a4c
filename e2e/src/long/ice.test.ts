/* What takes minutes: lifetimes at a TURN server as they are by default, and a browser that leaves. */
import { afterEach, describe, expect, test } from "vitest";
import { startChromium } from "@rangecast/testkit/browsers/chromium";
import { closeBrowser, connectBrowser, type InPage } from "../lib/browser-ice.ts";
import { connectAgents, type RecordedAgent, recordedAgent } from "../lib/ice-agents.ts";
import { startLoopbackCoturn, whyNoCoturn } from "../lib/loopback-coturn.ts";

/** A permission lasts for 5 minutes, a channel, an allocation and a nonce for 10 (RFC 8656; coturn). */
const MINUTES = 12;
/** Interval of packets, milliseconds. */
const PACKET_MS = 10_000;
/** Longest time that a path may stay after the peer has left, milliseconds (RFC 7675). */
const CONSENT_MS = 31_000;

const open: RecordedAgent[] = [];
afterEach(() => open.splice(0).forEach(({ agent }) => agent.close()));

const noCoturn = await whyNoCoturn();
describe.skipIf(noCoturn !== undefined)(`ICE over TURN${noCoturn === undefined ? "" : ` (${noCoturn})`}`, () => {
  test(
    `a relayed path works for ${MINUTES} minutes`,
    async () => {
      const coturn = await startLoopbackCoturn();
      try {
        const { url: urls, username, credential } = coturn;
        const relayed = { iceServers: [{ urls, username, credential }], iceTransportPolicy: "relay" } as const;
        const [a, b] = await connectAgents({ bindAddress: "127.0.0.1", ...relayed }, { bindAddress: "127.0.0.1" });
        open.push(a, b);
        for (let count = 1; count <= (MINUTES * 60_000) / PACKET_MS; count++) {
          a.agent.send(Buffer.from("there"));
          b.agent.send(Buffer.from("back"));
          await Promise.all([a, b].map((each) => each.until(`packet ${count}`, () => each.packets.length === count)));
          await new Promise((resolve) => setTimeout(resolve, PACKET_MS));
        }
        expect([a.pairs.length, b.pairs.length]).toEqual([1, 1]);
      } finally {
        await coturn.stop();
      }
    },
    (MINUTES + 1) * 60_000,
  );
});

test(
  "RFC 7675: the path ends within 30 s after a browser has left",
  async () => {
    const browser = await startChromium();
    try {
      const page = await browser.context.newPage();
      const inPage: InPage = (run, argument) => page.evaluate(run as never, argument);
      const of = recordedAgent();
      open.push(of);
      await connectBrowser(inPage, of);
      await closeBrowser(inPage);
      await of.until("the end of consent", () => of.agent.state === "failed", CONSENT_MS);
    } finally {
      await browser.close();
    }
  },
  CONSENT_MS + 30_000,
);
