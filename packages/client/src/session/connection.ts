import type { SelectedPath } from "@rangecast/rtc";
import type { ConnectDiagnosis } from "./diagnosis.ts";
import type { CloseReason } from "./client-state.ts";
import type { FileFacts } from "./file-facts.ts";
import type { Health } from "../channel/channel-health.ts";
import type { RangeSource } from "../channel/range-source.ts";
import type { Session } from "./session.ts";

export interface FileStats {
  /** Bytes of the file that came, those that were cancelled on their way included. */
  readonly receivedBytes: number;
  /** The last round trip through the channel, milliseconds: the path's, and what was queued before it. */
  readonly rttMs?: number;
  /** Messages of the host that made no sense and were dropped. */
  readonly droppedMessages: number;
}

/** A session with a host that has said what file it serves. Whoever gets one closes it. */
export interface Connection {
  readonly facts: FileFacts;
  /** Where its ranges are asked for. */
  readonly source: RangeSource;
  /** Resolves when it is over, with why. Never rejects. */
  readonly closed: Promise<CloseReason>;
  /** What is known of its path, for when it is lost. */
  readonly diagnosis: ConnectDiagnosis;
  /** Told when the host falls silent, and when it speaks again: before the connection ends, if it does. */
  onHealth: ((health: Health) => void) | undefined;
  /** Asks the host whether it is still there: `silent` follows within seconds if it isn't. */
  probe(): void;
  /** How the bytes go; undefined when nothing is known of it. */
  path(): Promise<SelectedPath | undefined>;
  stats(): FileStats;
  /** Ends it and tells the relay, within a bound. Idempotent. */
  close(): Promise<void>;
}

/** A session whose HELLO is in, as a connection. */
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
    probe: () => channel.probe(),
    path: () => session.path(),
    stats: () => ({
      receivedBytes: channel.receivedBytes,
      ...(channel.rttMs === undefined ? {} : { rttMs: channel.rttMs }),
      droppedMessages: channel.dropped.total,
    }),
    close: () => session.close(),
  };
}
