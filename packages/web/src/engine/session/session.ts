/*
 * Keeps the page connected: tries, waits, tries again, until the sender says that it is over. The client below outlasts its sessions as long as the file is the
 * same; the first connection, and another version of the file, are this one's to see to.
 */
import { attemptBackoffMs, ClientError } from "@rangecast/client";
import { reasonOf, type RemoteFileLike } from "../remote.ts";
import type { FileHolder, FileVersion } from "../serve/file-holder.ts";
import type { ConnectionEvent } from "../../shared/connection-event.ts";
import { attemptOutcome, connectionOutcome, newsOutcome, type Outcome, withDiagnosis } from "./outcome.ts";

/** An attempt that takes longer than this is explained, milliseconds: most are done within one. */
export const SLOW_AFTER_MS = 3_000;
/** A connection that lasted this long was a good one: the next failure is the first again, milliseconds. */
const STABLE_MS = 10_000;
/** How often the path is looked at while connected, milliseconds. */
const PATH_INTERVAL_MS = 5_000;

export interface SessionOptions {
  /** One attempt. Rejects with an error that has a `reason`. */
  readonly connect: (signal: AbortSignal) => Promise<RemoteFileLike>;
  readonly holder: FileHolder;
  readonly dispatch: (event: ConnectionEvent) => void;
  /** Called before `connected` is dispatched: the file's version is known by then. */
  readonly onFile: (version: FileVersion) => void;
  /** An error that nobody expects: to be reported as what it is. */
  readonly onFault: (error: unknown) => void;
  readonly signal: AbortSignal;
}

export interface Session {
  /** Tries now instead of later. */
  retry(): void;
  /** Drops the connection for a new one: to hear anew what the file is. */
  renew(): void;
  /** Resolves when no attempt will follow any more. */
  readonly over: Promise<void>;
}

export function startSession(options: SessionOptions): Session {
  let remote: RemoteFileLike | undefined;
  let wake: () => void = () => undefined;
  const over = run(
    options,
    (next) => (remote = next),
    (waiting) => (wake = waiting),
  );
  const retry = (): void => {
    wake();
    remote?.networkChanged?.();
  };
  return { retry, renew: () => void remote?.close(), over };
}

async function run(
  options: SessionOptions,
  onRemote: (remote: RemoteFileLike | undefined) => void,
  onWait: (wake: () => void) => void,
): Promise<void> {
  const { holder, dispatch, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    const attempt = await tryOnce(options);
    let outcome: Outcome;
    if ("remote" in attempt) {
      onRemote(attempt.remote);
      const since = Date.now();
      outcome = await stayConnected(options, attempt.remote);
      if (Date.now() - since >= STABLE_MS) failures = 0;
      onRemote(undefined);
    } else outcome = attempt.outcome;
    if (signal.aborted) break;
    dispatch(outcome);
    if (outcome.type !== "waiting") break;
    failures += 1;
    await wait(attemptBackoffMs(failures), onWait, signal);
  }
  holder.end();
}

async function tryOnce({
  connect,
  dispatch,
  holder,
  onFault,
  signal,
}: SessionOptions): Promise<{ readonly remote: RemoteFileLike } | { readonly outcome: Outcome }> {
  dispatch({ type: "connecting" });
  const timer = setTimeout(() => dispatch({ type: "slow" }), SLOW_AFTER_MS);
  try {
    return { remote: await connect(signal) };
  } catch (error) {
    const outcome = attemptOutcome(reasonOf(error), holder.current() !== undefined);
    if (!outcome) onFault(error);
    const diagnosis = error instanceof ClientError ? error.diagnosis : undefined;
    return { outcome: withDiagnosis(outcome ?? { type: "ended", reason: "fault" }, diagnosis) };
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with what it means that this connection is over. */
async function stayConnected({ holder, dispatch, onFile, signal }: SessionOptions, remote: RemoteFileLike): Promise<Outcome> {
  onFile(holder.connected(remote));
  dispatch({ type: "connected" });
  const showPath = async (): Promise<void> => {
    const path = await remote.path();
    // The path's own round trip; the channel's includes what is queued there.
    const rttMs = path?.rttMs ?? remote.stats().rttMs;
    if (path) dispatch({ type: "path", path: { ...path, ...(rttMs === undefined ? {} : { rttMs }) } });
  };
  // A connection that is just closing has no statistics; that it closes is heard anyway.
  const look = (): void => void showPath().catch(() => undefined);
  look();
  remote.follow?.((news) => {
    const event = news.kind === "there" ? ({ type: "connected" } as const) : newsOutcome(news);
    if (event !== undefined) dispatch(event);
    if (news.kind === "there") look();
  });
  const timer = setInterval(look, PATH_INTERVAL_MS);
  const leave = (): void => void remote.close();
  signal.addEventListener("abort", leave);
  try {
    const { reason } = await remote.closed;
    return connectionOutcome(reason);
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", leave);
    holder.lost(remote);
  }
}

/** Ends early when it is woken, or `signal` aborts. */
async function wait(milliseconds: number, onWait: (wake: () => void) => void, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake: () => void = () => undefined;
  await new Promise<void>((resolve) => {
    wake = resolve;
    timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", wake, { once: true });
    onWait(wake);
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", wake);
}
