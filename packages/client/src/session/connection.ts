import type { SelectedPath } from "@rangecast/rtc";
import type { Health } from "../channel/channel-health.ts";
import type { OpenedResource } from "../channel/resource-opens.ts";
import type { RangeSource } from "../channel/range-source.ts";
import type { CloseReason } from "./client-state.ts";
import type { FileFacts } from "./file-facts.ts";
import type { Session } from "./session.ts";
import type { ConnectDiagnosis } from "./transport.ts";

export interface FileStats {
  /** Bytes of the file that arrived, including those that were cancelled on their way. */
  readonly receivedBytes: number;
  /** The last round trip through the channel, milliseconds: of the path and its queues. */
  readonly rttMs?: number;
  /** Number of bytes that may be requested at the same time (C-11). Undefined without a session. */
  readonly windowBytes?: number;
  /** Number of the host's messages that were dropped (C-7). */
  readonly droppedMessages: number;
}

/** An open session with a host. Its owner must close it. */
export interface Connection {
  readonly facts: FileFacts;
  /** Serves ranges of the file, and of resources that were opened. */
  readonly source: RangeSource;
  /** Resolves to the reason when the session is over. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /** What is known of its path, to explain why it was lost. */
  readonly diagnosis: ConnectDiagnosis;
  /** Called when the host becomes silent, and when messages arrive again. A silent connection may end or recover. */
  onHealth: ((health: Health) => void) | undefined;
  /** See {@link Session.restart}. */
  restart(): Promise<boolean> | undefined;
  /** Checks whether the host responds: if not, {@link onHealth} is called with `silent` within seconds. */
  probe(): void;
  /**
   * Opens another resource of the share, by its path.
   * @throws {ClientError} see {@link RangeChannel.open}
   */
  open(path: Uint8Array, signal?: AbortSignal): Promise<OpenedResource>;
  /** Frees the handle of an opened resource. Its ranges must be cancelled first. */
  closeHandle(handle: number): void;
  /** The path that the bytes take; undefined if it is not known. */
  path(): Promise<SelectedPath | undefined>;
  stats(): FileStats;
  /** Ends the session and posts a `bye`, within a bounded time. Idempotent. */
  close(): Promise<void>;
}

/** An open session as a connection. */
export function connectionOf(session: Session, facts: FileFacts): Connection {
  const { channel } = session;
  return {
    facts,
    source: channel,
    closed: channel.closed,
    get diagnosis() {
      return session.diagnosis;
    },
    get onHealth() {
      return channel.onHealth;
    },
    set onHealth(listener) {
      channel.onHealth = listener;
    },
    open: (path, signal) => channel.open(path, signal),
    closeHandle: (handle) => channel.closeHandle(handle),
    restart: () => session.restart(),
    probe: () => channel.probe(),
    path: () => session.path(),
    stats: () => ({
      receivedBytes: channel.receivedBytes,
      ...(channel.rttMs === undefined ? {} : { rttMs: channel.rttMs }),
      windowBytes: channel.window.outstandingBytes,
      droppedMessages: channel.dropped.total,
    }),
    close: () => session.close(),
  };
}
