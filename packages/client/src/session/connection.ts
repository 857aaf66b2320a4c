import type { SelectedPath } from "@rangecast/rtc";
import type { ConnectDiagnosis } from "./diagnosis.ts";
import type { CloseReason } from "./client-state.ts";
import type { FileFacts } from "./file-facts.ts";
import type { Health } from "../channel/lane-health.ts";
import type { RangeLane } from "../channel/range-lane.ts";
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
  readonly lane: RangeLane;
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
  const { lane } = session;
  return {
    facts,
    lane,
    closed: lane.closed,
    get diagnosis() {
      return session.diagnosis;
    },
    get onHealth() {
      return lane.onHealth;
    },
    set onHealth(listener) {
      lane.onHealth = listener;
    },
    probe: () => lane.probe(),
    path: () => session.path(),
    stats: () => ({
      receivedBytes: lane.receivedBytes,
      ...(lane.rttMs === undefined ? {} : { rttMs: lane.rttMs }),
      droppedMessages: lane.dropped.total,
    }),
    close: () => session.close(),
  };
}
