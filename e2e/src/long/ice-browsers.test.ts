/* Our ICE agent with real browsers, which show it only mDNS names. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Chromium, startChromium } from "@rangecast/testkit/browsers/chromium";
import { closeBrowser, connectBrowser, type InPage } from "../lib/browser-ice.ts";
import { type Firefox, startFirefox, whyNoFirefox } from "../lib/firefox.ts";
import { type RecordedAgent, recordedAgent } from "../lib/ice-agents.ts";

/** First byte of a DTLS record with a handshake message (RFC 7983, 7). */
const DTLS_HANDSHAKE = 22;
const open: RecordedAgent[] = [];
afterEach(() => open.splice(0).forEach(({ agent }) => agent.close()));

function agentOf(): RecordedAgent {
  const agent = recordedAgent();
  open.push(agent);
  return agent;
}

/** The same for each browser. */
function connects(inPage: () => InPage): void {
  test("connects, and its DTLS arrives", async () => {
    const of = agentOf();
    await connectBrowser(inPage(), of);
    await of.until("a DTLS record", () => of.packets.length > 0);
    expect(of.packets[0]?.[0]).toBe(DTLS_HANDSHAKE);
    expect(of.agent.selectedPair?.remote.type).toBe("prflx");
    await closeBrowser(inPage());
  });

  test("connects although we believe that we are controlling", async () => {
    const of = agentOf();
    await connectBrowser(inPage(), of, "controlling");
    await closeBrowser(inPage());
  });

  test("restarts ICE, and moves to the new path", async () => {
    const of = agentOf();
    await connectBrowser(inPage(), of);
    const before = of.agent.selectedPair?.local.port;
    of.agent.restart();
    await connectBrowser(inPage(), of);
    expect(of.agent.selectedPair?.local.port).not.toBe(before);
    await closeBrowser(inPage());
  });
}

describe("Chromium", () => {
  let browser: Chromium;
  let inPage: InPage;
  beforeAll(async () => {
    browser = await startChromium();
    const page = await browser.context.newPage();
    inPage = (run, argument) => page.evaluate(run as never, argument);
  });
  afterAll(() => browser?.close());
  connects(() => inPage);
});

const noFirefox = whyNoFirefox();
describe.skipIf(noFirefox !== undefined)(`Firefox${noFirefox === undefined ? "" : ` (${noFirefox})`}`, () => {
  let browser: Firefox;
  let inPage: InPage;
  beforeAll(async () => {
    browser = await startFirefox();
    const page = await browser.newPage();
    inPage = (run, argument) => page.evaluate(run as never, argument as never);
  });
  afterAll(() => browser?.close());
  connects(() => inPage);
});
