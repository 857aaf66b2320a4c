import { onTestFinished, vi } from "vitest";
import { ClientError, type ClientErrorReason } from "../client-error.ts";
import { createDeferred, type Deferred } from "@rangecast/base";
import type { FileFacts } from "../session/file-facts.ts";
import type { AttemptOptions } from "../reconnect/attempts.ts";
import type { FileVersion } from "../reconnect/resource-version.ts";
import type { ReconnectingFile } from "../reconnect/reconnecting-file.ts";
import type { ReconnectingState } from "../reconnect/reconnecting-state.ts";
import { type ReconnectingOptions, stayConnected } from "../reconnect/stay-connected.ts";
import { STABLE_MS } from "../reconnect/supervisor.ts";
import { FakeConnection, fakeFacts } from "./fake-connection.ts";

export const FILE_BYTES = 3000;

/** An attempt whose outcome the test sets. */
export class FakeAttempt {
  readonly options: AttemptOptions;
  readonly result: Deferred<FakeConnection> = createDeferred<FakeConnection>();
  /** Whether the test has set its outcome. */
  settled = false;

  constructor(options: AttemptOptions) {
    this.options = options;
    options.signal.addEventListener("abort", () => this.result.reject(new ClientError("aborted", "given up")));
    options.onState({ phase: "joining" });
  }

  get givenUp(): boolean {
    return this.options.signal.aborted;
  }

  async succeed(facts: FileFacts = fakeFacts(FILE_BYTES), content?: FakeConnection["source"]["content"]): Promise<FakeConnection> {
    this.settled = true;
    const connection = new FakeConnection(facts);
    if (content !== undefined) connection.source.content = content;
    this.result.resolve(connection);
    await settle();
    return connection;
  }

  async fail(reason: ClientErrorReason, options?: ErrorOptions): Promise<void> {
    this.settled = true;
    this.result.reject(new ClientError(reason, `it failed: ${reason}`, options));
    await settle();
  }
}

export interface ReconnectingBench {
  readonly file: ReconnectingFile;
  readonly attempts: FakeAttempt[];
  readonly states: ReconnectingState[];
  readonly versions: FileVersion[];
  /** The phases so far, as texts: `suspect+` while another session is being opened. */
  readonly phases: () => string[];
  /** The attempt in progress. */
  readonly attempt: () => FakeAttempt;
}

/** A reconnecting file whose sessions are the test's. */
export function createReconnectingBench(options: Omit<ReconnectingOptions, "onState" | "onVersion"> = {}): ReconnectingBench {
  const attempts: FakeAttempt[] = [];
  const states: ReconnectingState[] = [];
  const versions: FileVersion[] = [];
  const file = stayConnected({
    ...options,
    connect: (attemptOptions) => {
      const attempt = new FakeAttempt(attemptOptions);
      attempts.push(attempt);
      return attempt.result.promise;
    },
    onState: (state) => states.push(state),
    onVersion: (version) => versions.push(version),
  });
  onTestFinished(() => file.close());
  return {
    file,
    attempts,
    states,
    versions,
    phases: () =>
      states.map((state) => {
        if (state.phase === "suspect") return state.beside === undefined ? "suspect" : `suspect+${state.beside.phase}`;
        return "error" in state ? `${state.phase}: ${state.error.reason}` : state.phase;
      }),
    attempt: () => {
      const last = attempts.at(-1);
      if (last === undefined || last.givenUp) throw new Error("no attempt is in progress");
      return last;
    },
  };
}

export interface ConnectedBench extends ReconnectingBench {
  readonly connection: FakeConnection;
}

/** A file with a session that is older than STABLE_MS. */
export async function createConnectedBench(facts = fakeFacts(FILE_BYTES)): Promise<ConnectedBench> {
  const bench = createReconnectingBench();
  const connection = await bench.attempt().succeed(facts);
  await vi.advanceTimersByTimeAsync(STABLE_MS);
  return { ...bench, connection };
}

/** Reads a stream to its end. */
export function collect(stream: ReadableStream<Uint8Array>): { chunks: Uint8Array[]; ended: Promise<string> } {
  const chunks: Uint8Array[] = [];
  const read = async (): Promise<string> => {
    try {
      for await (const chunk of stream) chunks.push(chunk);
      return "done";
    } catch (error) {
      return String((error as { reason?: string }).reason);
    }
  };
  return { chunks, ended: read() };
}

/** Runs the pending microtasks, without letting time pass. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
