/** Copies the bytes that are still missing from the host to the sink. */
import { createHash } from "node:crypto";
import { RateMeter } from "@rangecast/base";
import { percentOf } from "../format.ts";
import type { GetDoneEvent, GetProgressEvent, GetReporter } from "./report/get-event.ts";
import { createPathWatch, RATE_SPAN_MS } from "./report/path-watch.ts";
import type { RemoteSource } from "./reconnecting-source.ts";
import type { Sink } from "./sink.ts";

export interface TransferOptions {
  readonly source: RemoteSource;
  readonly sink: Sink;
  /** Whether to compute the hash of the whole file. */
  readonly sha256: boolean;
  readonly signal: AbortSignal;
  readonly report: GetReporter;
  /** Interval between two progress events, milliseconds. */
  readonly progressMs: number;
}

/** Bytes that this run fetched, and the hash of the whole file. */
export type Transferred = Pick<GetDoneEvent, "fetched" | "sha256">;

/** Resolves when all bytes are in the sink, and the sink has finished. @throws {ClientError}; a system error of the sink; the signal's reason */
export async function transfer(options: TransferOptions): Promise<Transferred> {
  const { source, sink, signal, report } = options;
  const { size, provisional } = source.version;
  const before = sink.length;
  const hash = options.sha256 ? createHash("sha256") : undefined;
  if (hash !== undefined && before > 0) {
    report({ event: "hashing", bytes: before });
    await sink.readBack((bytes) => hash.update(bytes), signal);
  }
  const stopProgress = reportProgress(options);
  try {
    if (provisional || before < size) {
      for await (const bytes of source.stream({ start: before, signal })) {
        hash?.update(bytes);
        await sink.write(bytes);
      }
    }
    // A source never ends short. If it did, that would be a bug of ours, and the file must not be kept.
    if (!provisional && sink.length !== size) throw new Error(`${sink.length} bytes came of ${size}`);
    await sink.finish();
  } finally {
    stopProgress();
  }
  return { fetched: sink.length - before, ...(hash === undefined ? {} : { sha256: hash.digest("hex") }) };
}

/** @returns what stops it */
function reportProgress({ source, sink, report, progressMs }: TransferOptions): () => void {
  const { size, provisional } = source.version;
  const meter = new RateMeter(RATE_SPAN_MS);
  meter.sample(sink.length, performance.now());
  const askPath = createPathWatch(source);
  askPath();
  const timer = setInterval(() => {
    const bytes = sink.length;
    const rate = Math.round(meter.sample(bytes, performance.now()));
    const whole = provisional ? {} : progressOfWhole(bytes, size, rate);
    report({ event: "progress", bytes, rate, ...whole, path: askPath() });
  }, progressMs);
  return () => clearInterval(timer);
}

/** The fields that need a known size. */
function progressOfWhole(bytes: number, size: number, rate: number): Pick<GetProgressEvent, "size" | "percent" | "eta"> {
  const percent = percentOf(bytes, size);
  return { size, ...(percent === undefined ? {} : { percent }), ...(rate > 0 ? { eta: Math.ceil((size - bytes) / rate) } : {}) };
}
