import { type GoodbyeReason, RangeStatus } from "@rangecast/wire";
import { ClientError, type ClientErrorReason } from "../client-error.ts";
import type { RangeResult } from "./range-source.ts";

/** What is said of a file whose downloads are counted. */
export const USED_UP = "the file was downloaded as often as the host allows";

/** What has arrived of a range when its RANGE_END comes. */
export interface RangeProgress {
  readonly receivedBytes: number;
  /** Bytes of the range that have not arrived. */
  readonly missingBytes: number;
  /** The last chunk had the flag 0x01. */
  readonly flagged: boolean;
  /** See `RangeRequest`. */
  readonly openEnd: boolean;
}

/** What a RANGE_END means. Bytes are counted, because agents of the base protocol end a range with status 0 although the file shrank (C-9). */
export function rangeResult(status: number, progress: RangeProgress): RangeResult {
  switch (status) {
    case RangeStatus.DONE:
      return doneResult(progress);
    case RangeStatus.BUSY:
      return { kind: "busy" };
    case RangeStatus.OUT_OF_RANGE:
      if (progress.openEnd && progress.receivedBytes === 0) return { kind: "past-end" };
      // We request nothing beyond the announced size.
      return failed("file-changed", "the host no longer has bytes that it announced");
    case RangeStatus.UNREADABLE:
      return failed("unreadable", "the host could not read the file");
    case RangeStatus.CHANGED:
      return failed("file-changed", "the file on the host changed");
    case RangeStatus.NOT_FOUND:
      return failed("file-gone", "the file is gone at the host: it was deleted, moved or renamed");
    case RangeStatus.STOPPING:
      return { kind: "lost" };
    case RangeStatus.USED_UP:
      return failed("used-up", USED_UP);
    default:
      return failed("unreadable", "the host could not send the bytes, for a reason that this version does not know");
  }
}

/** If the size is provisional, only the flag tells the end of the file from a host that stopped early (C-17). */
function doneResult({ missingBytes, flagged, openEnd }: RangeProgress): RangeResult {
  if (missingBytes === 0) return { kind: "done" };
  if (!openEnd) return failed("file-changed", `the range ended ${missingBytes} bytes short: the file is shorter than the host announced`);
  return flagged ? { kind: "ended" } : failed("unreadable", "the host stopped in the middle of its file");
}

/** The close reason for each reason of a GOODBYE. */
export const GOODBYE_REASONS: Readonly<Record<GoodbyeReason, ClientErrorReason>> = {
  other: "host-stopped",
  stopped: "host-stopped",
  revoked: "host-revoked",
  expired: "link-expired",
  limit: "busy",
  "used-up": "used-up",
  dropped: "dropped",
};

/** Messages for a GOODBYE without one of its own. */
export const GOODBYE_MESSAGES: Readonly<Record<GoodbyeReason, string>> = {
  other: "the host ended the session",
  stopped: "the host stopped sharing",
  revoked: "the host revoked the link",
  expired: "the link has expired",
  limit: "the host serves too many viewers",
  "used-up": USED_UP,
  dropped: "the host disconnected this viewer",
};

function failed(reason: ClientErrorReason, message: string): RangeResult {
  return { kind: "failed", error: new ClientError(reason, message) };
}
