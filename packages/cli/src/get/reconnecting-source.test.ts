import {
  ClientError,
  type ClientErrorReason,
  type ReconnectingFile,
  type ReconnectingState,
  type OpenShareOptions,
} from "@rangecast/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PATIENCE_MS } from "../remote/open-link.ts";
import type { SourceState } from "../remote/source-state.ts";
import { openReconnectingSource, type RemoteSource } from "./reconnecting-source.ts";

const LINK = { page: "http://relay", relay: "http://relay", shareId: "AAAAAAAAAAAAAAAAAAAAAA", secret: new Uint8Array(32) };
const VERSION = { id: "7", name: "film.mp4", size: 4, etag: '"one"', mediaType: "video/mp4", features: new Set<string>() };
const failure = (reason: ClientErrorReason): ClientError => new ClientError(reason, "words");
const connecting = (after?: ClientErrorReason): ReconnectingState => ({
  phase: "connecting",
  step: "joining",
  attempt: 1,
  after: after === undefined ? undefined : failure(after),
});
const waiting = (reason: ClientErrorReason): ReconnectingState => ({
  phase: "waiting",
  attempt: 1,
  error: failure(reason),
  retryAtMs: Date.now() + 2000,
});

/** A reconnecting file whose host is the test. */
class FakeFile {
  become: (state: ReconnectingState) => void = () => undefined;
  readonly opened = vi.fn<ReconnectingFile["opened"]>(
    (signal) =>
      new Promise((resolve, reject) => {
        this.open = () => resolve(VERSION);
        this.fail = reject;
        signal?.addEventListener("abort", () => reject(new ClientError("aborted", "aborted", { cause: signal.reason })));
      }),
  );
  open: () => void = () => undefined;
  fail: (error: ClientError) => void = () => undefined;
  readonly asked: unknown[] = [];
  controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  closed = 0;
  options: OpenShareOptions | undefined;
  networkChanges = 0;
  /** Another network is noticed. */
  change: (() => void) | undefined;

  watch = (onChange: () => void): (() => void) => {
    this.change = onChange;
    return () => (this.change = undefined);
  };

  start = (_link: unknown, options: OpenShareOptions): ReconnectingFile => {
    const { onState } = options;
    this.options = options;
    this.become = (state) => onState?.(state);
    const stream = (range: unknown): ReadableStream<Uint8Array> => {
      this.asked.push(range);
      return new ReadableStream({ start: (controller) => void (this.controller = controller) });
    };
    const close = async (): Promise<void> => void (this.closed += 1);
    const networkChanged = (): void => void (this.networkChanges += 1);
    return { opened: this.opened, stream, close, networkChanged, path: async () => ({ kind: "direct" }) } as unknown as ReconnectingFile;
  };
}

interface Bench {
  readonly file: FakeFile;
  readonly states: SourceState[];
  readonly source: Promise<RemoteSource>;
  readonly stop: AbortController;
}

function setUp(): Bench {
  const [file, states, stop] = [new FakeFile(), [] as SourceState[], new AbortController()];
  const createPeerConnection = (): never => {
    throw new Error("not used");
  };
  const onState = (state: SourceState): number => states.push(state);
  const source = openReconnectingSource({
    link: LINK,
    createPeerConnection,
    signal: stop.signal,
    onState,
    open: file.start,
    watch: file.watch,
  });
  source.catch(() => undefined);
  return { file, states, source, stop };
}

async function opened(): Promise<Bench & { readonly file: FakeFile; readonly there: RemoteSource }> {
  const bench = setUp();
  bench.file.become(connecting());
  bench.file.become({ phase: "connected" });
  bench.file.open();
  return { ...bench, there: await bench.source };
}

async function readAll(source: RemoteSource, signal = new AbortController().signal): Promise<string> {
  let text = "";
  for await (const chunk of source.stream({ start: 1, signal })) text += Buffer.from(chunk).toString();
  return text;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a source over a reconnecting file", () => {
  it("announces the file, and reads that version, with background priority", async () => {
    const { file, there } = await opened();
    expect(there.version).toEqual(VERSION);
    const reading = readAll(there);
    file.controller?.enqueue(Buffer.from("12"));
    file.controller?.enqueue(Buffer.from("3"));
    file.controller?.close();
    expect(await reading).toBe("123");
    expect(file.asked).toMatchObject([{ start: 1, version: "7", priority: "background" }]);
    await there.close();
    expect([file.closed, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it("has the client fail on the first attempt, and reconnect for ten minutes after that", async () => {
    const { file } = setUp();
    expect(file.options).toMatchObject({ firstFailure: "throw", patienceMs: PATIENCE_MS });
    expect(PATIENCE_MS).toBe(600_000);
  });

  it("fails with the error with which the file ended, before it was opened and after", async () => {
    const { file, source } = setUp();
    file.fail(failure("not-found"));
    await expect(source).rejects.toMatchObject({ reason: "not-found" });
    expect(file.closed).toBe(1);
    const later = await opened();
    const reading = readAll(later.there);
    later.file.controller?.error(failure("file-changed"));
    await expect(reading).rejects.toMatchObject({ reason: "file-changed" });
  });

  it("reports each loss and each wait once, whatever steps an attempt takes", async () => {
    const { file, states } = await opened();
    file.become({ phase: "suspect", suspicion: "silent", beside: undefined });
    file.become(connecting("no-connection"));
    file.become({ ...connecting("no-connection"), step: "offering" } as ReconnectingState);
    file.become(waiting("host-offline"));
    file.become({ phase: "connected" });
    const word = (reason: string, waitMs: number): object => ({ phase: "waiting", reason, message: "words", waitMs });
    expect(states).toEqual([
      { phase: "connecting" },
      { phase: "connected" },
      word("no-connection", 0),
      word("host-offline", 2000),
      { phase: "connected" },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("reports changes of network until it is closed", async () => {
    const { file, there } = await opened();
    file.change?.();
    expect(file.networkChanges).toBe(1);
    await there.close();
    expect(file.change).toBeUndefined();
  });

  it("stops when its signal aborts", async () => {
    const { source, stop, file } = setUp();
    stop.abort(new Error("enough"));
    await expect(source).rejects.toMatchObject({ reason: "aborted" });
    expect([file.closed, file.change]).toEqual([1, undefined]);
  });
});
