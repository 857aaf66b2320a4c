import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@rangecast/client";
import { createPeerConnection } from "@rangecast/rtc-node";
import {
  createRandomId,
  deriveSessionKeys,
  formatOffer,
  joinShare,
  parseLink,
  sealPayload,
  sealSignalClient,
  SignalError,
} from "@rangecast/signal";
import { expect, test } from "vitest";
import { startShare } from "../lib/share.ts";
import { writeNoise } from "../lib/test-files.ts";

/** As many sessions as the relay lets one address open in a minute, minus a few joins for an honest viewer. */
const HOSTILE_OFFERS = 280;
const FILE_BYTES = 3_000_000;

const HOSTILE_CANDIDATES = [
  "",
  "not json",
  "{}",
  '{"candidate":"candidate:"}',
  '{"candidate":"candidate:1 1 udp 1 256.256.256.256 99999 typ host","sdpMid":"0"}',
  '{"candidate":"candidate:1 1 udp 2113937151 11111111-2222-4333-8444-555555555555.local 50000 typ host","sdpMid":"0"}',
  '{"candidate":"candidate:1 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active","sdpMid":"0"}',
  '{"candidate":"candidate:1 1 udp 1 127.0.0.1 9 typ host","sdpMid":"nonsense","sdpMLineIndex":65535}',
  `{"candidate":"${"x".repeat(5000)}"}`,
];

/** A real offer, to mutate. */
async function realOffer(): Promise<string> {
  const connection = createPeerConnection({});
  connection.createDataChannel("x");
  const { sdp } = await connection.createOffer();
  connection.close();
  return sdp;
}

/** Reproducible mutations of an SDP: first the named ones, then dropped, doubled, cut and overwritten lines. */
function hostileSdp(sdp: string, index: number): string {
  const fingerprint = /a=fingerprint:.*\r\n/u.exec(sdp)?.[0] ?? "";
  const named = [
    "",
    "v=0",
    "\u0000".repeat(1000),
    sdp.replace(/a=max-message-size:\d+/u, "a=max-message-size:10"),
    sdp.replace(/a=max-message-size:\d+/u, "a=max-message-size:1"),
    sdp.replace(/a=max-message-size:\d+/u, `a=max-message-size:${"9".repeat(50)}`),
    sdp.replace(fingerprint, ""),
    sdp.replace(fingerprint, fingerprint + fingerprint),
    sdp.replace("sha-256", "sha-1"),
    sdp.replace(/a=sctp-port:\d+/u, "a=sctp-port:99999"),
    sdp.replace(/a=ice-ufrag:.*/u, "a=ice-ufrag:"),
    sdp.replace(/a=setup:.*/u, "a=setup:holdconn"),
    sdp.repeat(20),
  ];
  const chosen = named[index];
  if (chosen !== undefined) return chosen;
  const lines = sdp.split("\r\n");
  const at = (index * 7) % lines.length;
  const line = lines[at] ?? "";
  const replacements = [
    [],
    [line, line],
    [line.slice(0, index % 11)],
    [line.replaceAll(/\d+/gu, "4294967296")],
    [`${line}${"A".repeat(index * 10)}`],
  ];
  lines.splice(at, 1, ...(replacements[index % replacements.length] ?? []));
  return lines.join("\r\n");
}

/** A malicious viewer that has the link. */
async function attack(link: string, sdp: string, index: number): Promise<void> {
  const share = parseLink(link);
  const joined = await joinShare({ link: share });
  const keys = await deriveSessionKeys({ ...share, sessionId: joined.sessionId, epoch: joined.epoch, side: "browser" });
  const offer = formatOffer({ sdp, viewer: createRandomId() });
  const signals = sealSignalClient(await joined.open(await sealPayload(keys, "offer", offer)), keys);
  const give = AbortSignal.timeout(10_000);
  await signals.post({ type: "candidate", payload: HOSTILE_CANDIDATES[index % HOSTILE_CANDIDATES.length] ?? "" }, { signal: give });
  await signals.post({ type: "candidate-end", payload: "" }, { signal: give });
  await signals.post({ type: "bye", payload: "" }, { signal: give });
}

test("a daemon still serves after hundreds of hostile offers and candidates from a viewer with the link", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rangecast-hostile-"));
  const file = join(folder, "file.bin");
  await writeNoise(file, FILE_BYTES);
  const share = await startShare(file);
  const refusals = new Map<string, number>();
  try {
    const sdp = await realOffer();
    for (let index = 0; index < HOSTILE_OFFERS; index++) {
      try {
        await attack(share.link, hostileSdp(sdp, index), index);
      } catch (error) {
        if (!(error instanceof SignalError)) throw error;
        refusals.set(error.reason, (refusals.get(error.reason) ?? 0) + 1);
        if (error.reason === "busy") await new Promise((resolve) => setTimeout(resolve, Math.min(error.retryAfterMs ?? 1000, 2000)));
      }
    }
    expect(share.process.child.exitCode).toBeNull();
    // The relay may end a session, or make the viewer wait, but most of the offers must have reached the daemon.
    expect((refusals.get("busy") ?? 0) + (refusals.get("offline") ?? 0), JSON.stringify([...refusals])).toBeLessThan(HOSTILE_OFFERS / 3);
    const remote = await connect(share.link, { createPeerConnection });
    expect((await remote.read({ start: 0, end: FILE_BYTES })).byteLength).toBe(FILE_BYTES);
    await remote.close();
  } finally {
    expect(await share.stop(), share.process.stderr()).toBe(130);
    await rm(folder, { recursive: true, force: true });
  }
}, 240_000);
