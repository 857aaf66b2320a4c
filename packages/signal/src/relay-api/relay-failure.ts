import * as v from "valibot";
import { parseAs, parseJson } from "../encoding/json.ts";
import { refusalMessage } from "./refusal-message.ts";
import { SignalError, type SignalErrorReason } from "./signal-error.ts";

/** Longest `Retry-After` that is followed, milliseconds: a relay must not be able to stop us for a day. */
const MAX_RETRY_AFTER_MS = 60_000;
const SECOND_MS = 1000;
/** A relay's error code. */
const errorAnswer = v.object({ error: v.pipe(v.string(), v.regex(/^[a-z\d-]{1,40}$/u)) });

const REASON_BY_STATUS: ReadonlyMap<number, SignalErrorReason> = new Map([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not-found"],
  [408, "unreachable"],
  [409, "conflict"],
  [425, "unreachable"],
  [429, "busy"],
]);

/** The error code in a relay's JSON response; undefined if the text is not from a relay. */
export function relayErrorCode(text: string): string | undefined {
  return parseAs(errorAnswer, parseJson(text))?.error;
}

/** The error for a response other than 2xx, with this body. */
export function errorOfAnswer(response: Response, body: string): SignalError {
  const { status } = response;
  const detail = relayErrorCode(body);
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"));
  const reason = reasonOf(status, detail);
  return new SignalError(reason, refusalMessage(reason, detail), {
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Whether the error ends a session's signalling at once (S-4: 401, 403 and 404). */
export function isFinal(error: SignalError): boolean {
  return error.reason === "unauthorized" || error.reason === "forbidden" || error.reason === "not-found";
}

/** Whether the failure may be temporary, so that a retry makes sense. */
export function mayPass(error: SignalError): boolean {
  const { reason } = error;
  return reason === "unreachable" || reason === "busy" || reason === "bad-answer" || reason === "offline";
}

function reasonOf(status: number, detail: string | undefined): SignalErrorReason {
  if (status === 503 && detail === "offline") return "offline";
  if (status >= 500) return "unreachable";
  return REASON_BY_STATUS.get(status) ?? (status >= 400 ? "refused" : "bad-answer");
}

/** Accepts seconds only: a date (RFC 9110, 10.2.3) needs synchronized clocks. */
function parseRetryAfter(value: string | null): number | undefined {
  return value !== null && /^\d{1,9}$/u.test(value) ? Math.min(MAX_RETRY_AFTER_MS, Number(value) * SECOND_MS) : undefined;
}
