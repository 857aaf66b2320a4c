import { type GoodbyeReason, RangeStatus } from "@rangecast/wire";
import { ClientError, type ClientErrorReason } from "../client-error.ts";
import type { RangeResult } from "./range-source.ts";

/** What came of a range until its RANGE_END. */
export interface RangeProgress {
  readonly receivedBytes: number;
  /** Bytes of the range that have not come. */
  readonly missingBytes: number;
  /** The last chunk had the flag 0x01. */
  readonly flagged: boolean;
  /** See RangeRequest. */
  readonly openEnd: boolean;
}

/** What a RANGE_END means. Bytes are counted: an old agent ends a range with status 0 though its file shrank (protocol 1.3). */
export function rangeResult(status: number, progress: RangeProgress): RangeResult {
  switch (status) {
    case RangeStatus.DONE:
      return doneResult(progress);
    case RangeStatus.BUSY:
      return { kind: "busy" };
    case RangeStatus.OUT_OF_RANGE:
      if (progress.openEnd && progress.receivedBytes === 0) return { kind: "past-end" };
      // We ask for nothing past the size that was announced.
      return failed("file-changed", "the host no longer has bytes that it announced");
    case RangeStatus.UNREADABLE:
      return failed("unreadable", "the host could not read the file");
    case RangeStatus.CHANGED:
      return failed("file-changed", "the file on the host changed");
    case RangeStatus.NOT_FOUND:
      return failed("file-gone", "the file is gone at the host: it was deleted, moved or renamed");
    case RangeStatus.STOPPING:
      return { kind: "lost" };
    default:
      return failed("unreadable", "the host could not send the bytes, for a reason that this version does not know");
  }
}

/** Where the size is provisional only the flag tells the end of the file from a host that stopped in the middle (C-17). */
function doneResult({ missingBytes, flagged, openEnd }: RangeProgress): RangeResult {
  if (missingBytes === 0) return { kind: "done" };
  if (!openEnd) return failed("file-changed", `the range ended ${missingBytes} bytes short: the file is shorter than the host announced`);
  return flagged ? { kind: "ended" } : failed("unreadable", "the host stopped in the middle of its file");
}

/** What a GOODBYE's reason is to the caller. */
export const GOODBYE_REASONS: Readonly<Record<GoodbyeReason, ClientErrorReason>> = {
  other: "host-stopped",
  stopped: "host-stopped",
  revoked: "host-revoked",
  expired: "host-revoked",
  limit: "busy",
};

/** For people, where a GOODBYE brings no words of its own. */
export const GOODBYE_WORDS: Readonly<Record<GoodbyeReason, string>> = {
  other: "the host ended the session",
  stopped: "the host stopped sharing",
  revoked: "the host took the link back",
  expired: "the link has expired",
  limit: "the host serves too many viewers",
};

function failed(reason: ClientErrorReason, message: string): RangeResult {
  return { kind: "failed", error: new ClientError(reason, message) };
}
