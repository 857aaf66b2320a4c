/** What the host's terminal shows when a viewer can't be connected. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPeerConnection } from "@rangecast/rtc-node";
import { createRandomId, deriveSessionKeys, formatOffer, joinShare, parseLink, sealPayload, sealSignalClient } from "@rangecast/signal";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createHome, type Home, jsonLines, type Running, startCli } from "./cli-process.ts";

const LINK = /http:\/\/127\.0\.0\.1:\d+\/s\/[\w-]{22}#v1\.[\w-]{43}/;
/** A candidate with an mDNS name, as browsers hide their local addresses. */
const HIDDEN = "candidate:1 1 udp 2113937151 11111111-2222-4333-8444-555555555555.local 50000 typ host";

let home: Home;
beforeAll(async () => {
  home = await createHome();
  await writeFile(join(home.folder, "film.mp4"), "not a film");
});
afterAll(() => home.remove());

function share(...options: string[]): Running {
  const running = startCli(home, ["share", "film.mp4", "--port", "0", "--ephemeral", ...options]);
  onTestFinished(() => void running.child.kill("SIGKILL"));
  return running;
}

/** A viewer whose connectivity checks never arrive, and which gives up as our client does. @returns its id */
async function failToConnect(text: string): Promise<string> {
  const viewer = createRandomId();
  const link = parseLink(text);
  const joined = await joinShare({ link });
  const keys = await deriveSessionKeys({ ...link, sessionId: joined.sessionId, epoch: joined.epoch, side: "browser" });
  const connection = createPeerConnection();
  connection.createDataChannel("x");
  const { sdp } = await connection.createOffer();
  connection.close();
  const signals = sealSignalClient(await joined.open(await sealPayload(keys, "offer", formatOffer({ sdp, viewer }))), keys);
  const signal = AbortSignal.timeout(10_000);
  await signals.post({ type: "candidate", payload: JSON.stringify({ candidate: HIDDEN, sdpMid: "0", sdpMLineIndex: 0 }) }, { signal });
  for await (const { type } of signals.messages({ signal })) if (type === "candidate-end") break;
  await signals.post({ type: "bye", payload: "no-connection" }, { signal });
  return viewer;
}

test("a viewer that can't connect is a line: what both sides offered, why it failed, what to set up; many failures within seconds are one line", async () => {
  const running = share();
  const [link] = await running.until(LINK);
  await Promise.all([1, 2, 3].map(() => failToConnect(link)));
  const [first] = await running.until(/^A viewer could not connect: .*$/m);
  expect(first).toMatch(
    /the viewer gave up.*\. This computer offered \d+ own address.*, the viewer 1 own address \(1 hidden by the browser\)\./,
  );
  const [second] = await running.until(/^A viewer could not connect: .*\(\d+ more failed.*$/m);
  expect(second).toContain("(1 more failed since the last such message.)");
  expect(running.stdout().match(/A viewer could not connect/g)).toHaveLength(2);
});

test("with --json, a viewer that can't connect is an event with counts and codes", async () => {
  const running = share("--json");
  const [link] = await running.until(LINK);
  const viewer = await failToConnect(link);
  await running.until(/"viewer-failed"/);
  expect(jsonLines(running.stdout()).find(({ event }) => event === "viewer-failed")).toMatchObject({
    id: viewer,
    reason: "no-channel",
    others: 0,
    offered: { here: { relay: 0 }, there: { total: 1, host: 1, udp: 1, mdns: 1 } },
    cause: expect.any(String),
    advice: expect.arrayContaining([expect.any(String)]),
  });
});
