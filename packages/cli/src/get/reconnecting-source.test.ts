import { ClientError, type ClientErrorReason, type RemoteFile } from "@rangecast/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openReconnectingSource, PATIENCE_MS } from "./reconnecting-source.ts";
import type { RemoteSource, SourceState } from "./remote-source.ts";

const BYTES = Buffer.from("0123456789");
const LINK = { page: "http://relay", relay: "http://relay", shareId: "AAAAAAAAAAAAAAAAAAAAAA", secret: new Uint8Array(32) };

/** What one connection brings: so many bytes from where it is asked, then an error, or the end of the file. Or it does not come about. */
interface Connection {
  readonly bytes?: number;
  readonly fails?: ClientErrorReason;
  readonly refused?: ClientErrorReason;
  readonly etag?: string | undefined;
  readonly size?: number;
}

function fakeFile({ bytes = BYTES.length, fails, size = BYTES.length, ...rest }: Connection, onClose: () => void): RemoteFile {
  const etag = "etag" in rest ? rest.etag : '"one"';
  async function* stream({ start = 0 } = {}): AsyncGenerator<Uint8Array> {
    for (const byte of BYTES.subarray(start, start + bytes)) yield Uint8Array.of(byte);
    if (fails !== undefined) throw new ClientError(fails, "words");
  }
  const file = { name: "film.mp4", size, ...(etag === undefined ? {} : { etag }), stream, path: async () => undefined };
  return { ...file, close: async () => onClose() } as unknown as RemoteFile;
}

interface Bench {
  readonly source: RemoteSource;
  readonly states: SourceState[];
  readonly closed: () => number;
  read(start?: number, signal?: AbortSignal): Promise<string>;
}

async function setUp(connections: readonly Connection[], last: Connection = { refused: "host-offline" }): Promise<Bench> {
  const states: SourceState[] = [];
  let [opened, closed] = [0, 0];
  const source = await openReconnectingSource({
    link: LINK,
    createPeerConnection: () => {
      throw new Error("not used");
    },
    signal: new AbortController().signal,
    onState: (state) => states.push(state),
    connect: async () => {
      const next = connections[opened] ?? last;
      opened += 1;
      if (next.refused !== undefined) throw new ClientError(next.refused, "words");
      return fakeFile(next, () => (closed += 1));
    },
  });
  const readAll = async (start: number, signal: AbortSignal): Promise<string> => {
    let text = "";
    for await (const chunk of source.stream({ start, signal })) text += Buffer.from(chunk).toString();
    return text;
  };
  const read = async (start = 0, signal = new AbortController().signal): Promise<string> => {
    const [reading] = await Promise.allSettled([readAll(start, signal), vi.runAllTimersAsync()]);
    if (reading.status === "rejected") throw reading.reason;
    return reading.value;
  };
  return { source, states, closed: () => closed, read };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("a source that connects again", () => {
  it("hands each byte out once and in order, over as many connections as it takes", async () => {
    const bench = await setUp([
      { bytes: 3, fails: "no-connection" },
      { bytes: 0, fails: "timeout" },
      { refused: "host-offline" },
      { refused: "not-found" },
      { bytes: 4, fails: "host-stopped" },
      {},
    ]);
    expect(await bench.read()).toBe("0123456789");
    const waits = bench.states.flatMap((state) => (state.phase === "waiting" ? [[state.reason, state.waitMs]] : []));
    expect(waits).toEqual([
      ["no-connection", 0],
      ["timeout", 1000],
      ["host-offline", 2000],
      ["not-found", 4000],
      ["host-stopped", 0],
    ]);
    await bench.source.close();
    expect(bench.closed()).toBe(4);
  });

  it("goes on where it is asked to", async () => {
    const bench = await setUp([{ bytes: 2, fails: "closed" }, {}]);
    expect(await bench.read(6)).toBe("6789");
  });

  it.each<[string, Connection]>([
    ["validator", { etag: '"two"' }],
    ["size", { size: 11 }],
    ["validator, which is none any more,", { etag: undefined }],
  ])("never mixes in bytes of a file with another %s", async (_what, second) => {
    const bench = await setUp([{ bytes: 3, fails: "closed" }, second]);
    await expect(bench.read()).rejects.toMatchObject({ reason: "file-changed" });
    expect(bench.closed()).toBe(2);
  });

  it("does not go on without a validator", async () => {
    const bench = await setUp([{ bytes: 3, fails: "closed", etag: undefined }, { etag: undefined }]);
    await expect(bench.read()).rejects.toMatchObject({ reason: "closed" });
  });

  it.each<ClientErrorReason>(["file-changed", "unreadable", "host-revoked", "protocol-error", "wrong-host"])(
    "tries nothing again after %s",
    async (reason) => {
      const bench = await setUp([{ bytes: 3, fails: reason }, {}]);
      await expect(bench.read()).rejects.toMatchObject({ reason });
    },
  );

  it("gives up in the end, with the last error, and tells an answer to the first try at once", async () => {
    const bench = await setUp([{ bytes: 3, fails: "closed" }]);
    const started = performance.now();
    await expect(bench.read()).rejects.toMatchObject({ reason: "host-offline" });
    expect(performance.now() - started).toBeGreaterThanOrEqual(PATIENCE_MS);
    await expect(setUp([])).rejects.toMatchObject({ reason: "host-offline" });
  });

  it("stops waiting when it is told to", async () => {
    const bench = await setUp([{ bytes: 3, fails: "closed" }]);
    const controller = new AbortController();
    const reading = bench.read(0, controller.signal);
    setTimeout(() => controller.abort(new Error("enough")), 30_000);
    await expect(reading).rejects.toThrow();
    expect(bench.states.at(-1)).toMatchObject({ phase: "waiting" });
  });
});
