/* A gigabyte between rangecast and the peer in Go, in both roles. */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectPlain } from "@rangecast/client";
import { runStream } from "@rangecast/daemon";
import { createPeerConnection } from "@rangecast/rtc-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goIsInstalled, startPion } from "../lib/pion.ts";
import { type PlainRelay, startPlainRelay } from "../lib/plain-relay.ts";
import { writeNoise } from "../lib/test-files.ts";

const FILE_BYTES = 1024 ** 3 + 4321;
/** Longest that one direction may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 10 * 60_000;

let folder = "";
let file = "";
let sha256 = "";
let plain: PlainRelay;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rangecast-interop-"));
  file = join(folder, "gigabyte.bin");
  sha256 = await writeNoise(file, FILE_BYTES);
  plain = await startPlainRelay();
});

afterAll(async () => {
  await plain.relay.close();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(!goIsInstalled)("a gigabyte arrives complete (skipped where go is not installed)", () => {
  test("from our daemon to the pion browser", { timeout: LIMIT_MS }, async () => {
    const session = plain.newSession();
    const agent = plain.agent(session);
    const ended = runStream({ sessionId: session, filePath: file, signals: agent.signals });
    await agent.reading;
    const script = JSON.stringify([{ op: "range", offset: "0", length: "0", timeoutMs: LIMIT_MS }, { op: "bye" }]);
    const browser = await startPion("browser", { base: plain.relay.url, session, key: plain.key, args: ["--script", script] });
    const range = await browser.waitFor((event) => event["op"] === "range", LIMIT_MS);
    expect(range).toMatchObject({ bytes: FILE_BYTES, sha256, status: 0, lastFlag: true });
    expect((await ended).reason).toBe("bye");
  });

  test("from the pion daemon to our client", { timeout: LIMIT_MS }, async () => {
    const session = plain.newSession();
    const daemon = await startPion("daemon", {
      base: plain.relay.url,
      session,
      key: plain.key,
      args: ["--file", file, "--name", "gigabyte.bin"],
    });
    await daemon.waitFor((event) => event.event === "start");
    const remote = await connectPlain({ base: plain.relay.url, sessionId: session, key: plain.key, createPeerConnection });
    const hash = createHash("sha256");
    for await (const chunk of remote.stream()) hash.update(chunk);
    expect(hash.digest("hex")).toBe(sha256);
    await remote.close();
    expect(await daemon.exited).toBe(0);
  });
});
