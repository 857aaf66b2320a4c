import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeFrame, type Frame } from "@rangecast/wire";
import { onTestFinished, vi } from "vitest";
import { runStream, type StreamEvent, type StreamOptions } from "../session/run-stream.ts";
import type { SessionEnd } from "../session/session-end.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { FakeSignals } from "@rangecast/testkit/fakes/fake-signals";
import { offerPayload } from "./offers.ts";
import { type LogLine, memoryLogger } from "./memory-logger.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { settle } from "@rangecast/testkit/settle";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

/** A stream of a real file with fake signalling and a fake peer connection. */
export interface StreamBench {
  readonly signals: FakeSignals;
  readonly peers: FakePeer[];
  readonly events: StreamEvent[];
  readonly lines: LogLine[];
  readonly bytes: Uint8Array;
  readonly stopper: AbortController;
  readonly ended: Promise<SessionEnd>;
  /** How it ended; undefined while it runs. */
  readonly end: () => SessionEnd | undefined;
  readonly peer: () => FakePeer;
  /** Sends an offer and waits for the answer. */
  readonly answered: () => Promise<FakePeer>;
  /** The same, then opens a channel. */
  readonly opened: () => Promise<FakeChannel>;
}

export async function streamBench(
  options: Partial<StreamOptions> = {},
  prepare: (peer: FakePeer) => unknown = () => {},
): Promise<StreamBench> {
  const bytes = patternBytes(0, 100_000);
  const filePath = join(await temporaryFolder(), "film.mp4");
  await writeFile(filePath, bytes);
  const signals = new FakeSignals();
  const peers: FakePeer[] = [];
  const events: StreamEvent[] = [];
  const logger = memoryLogger();
  const stopper = new AbortController();
  const createPeerConnection = (config: object): FakePeer => {
    const peer = new FakePeer(config);
    prepare(peer);
    peers.push(peer);
    return peer;
  };
  const ended = runStream({
    sessionId: "session",
    filePath,
    signals,
    logger,
    signal: stopper.signal,
    createPeerConnection,
    onEvent: (event) => events.push(event),
    ...options,
  });
  let end: SessionEnd | undefined;
  ended.then(
    (value) => (end = value),
    () => {},
  );
  onTestFinished(async () => {
    stopper.abort();
    await settle();
  });
  const peer = (): FakePeer => {
    const [only] = peers;
    if (only === undefined) throw new Error("no peer connection was created");
    return only;
  };
  const answered = async (): Promise<FakePeer> => {
    signals.give("offer", offerPayload());
    await until(() => signals.postedTypes.includes("answer"));
    return peer();
  };
  const opened = async (): Promise<FakeChannel> => {
    const channel = new FakeChannel();
    (await answered()).announce(channel);
    await settle();
    return channel;
  };
  if (options.signals === undefined) await until(() => signals.reading);
  return { signals, peers, events, lines: logger.lines, bytes, stopper, ended, end: () => end, peer, answered, opened };
}

/** Time limit of {@link until}, nanoseconds: a busy machine takes seconds for what an idle one does in milliseconds. */
const HANG_NS = 10_000_000_000n;

/** Waits for the result of real I/O, also with fake timers. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = process.hrtime.bigint() + HANG_NS;
  while (!condition() && process.hrtime.bigint() < deadline) await settle();
  if (!condition()) throw new Error("the condition did not become true");
}

/** Delivers a frame to the daemon, as from the browser. */
export function give(channel: FakeChannel, frame: Frame): void {
  channel.onmessage?.({ data: encodeFrame(frame).buffer });
}

/** Fakes timers and intervals. Immediates and real I/O still work. */
export function fakeClocks(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
}
