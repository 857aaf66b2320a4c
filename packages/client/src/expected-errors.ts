import { RtcError } from "@rangecast/rtc";
import { BindingError, LinkError, PayloadError, SignalError, type SignalErrorReason } from "@rangecast/signal";
import { ClientError, type ClientErrorReason } from "./client-error.ts";
import type { CloseReason } from "./session/client-state.ts";

const BY_SIGNAL_REASON: Readonly<Record<SignalErrorReason, ClientErrorReason>> = {
  unauthorized: "not-found",
  forbidden: "not-found",
  "not-found": "not-found",
  busy: "busy",
  offline: "host-offline",
  conflict: "relay-unreachable",
  refused: "relay-unreachable",
  unreachable: "relay-unreachable",
  "bad-answer": "relay-unreachable",
  "over-cap": "relay-unreachable",
  "queue-full": "relay-unreachable",
};

/** Converts an expected error of another package, which becomes the cause. @returns undefined for our own faults, which must be thrown on */
export function toClientError(error: unknown): ClientError | undefined {
  if (error instanceof ClientError) return error;
  const reason = reasonOf(error);
  return reason === undefined ? undefined : new ClientError(reason, (error as Error).message, { cause: error });
}

/** The close reason for an error that ends a session. */
export function closeReasonOf(error: unknown): CloseReason {
  const { reason, message } = toClientError(error) ?? { reason: "closed" as const, message: "an internal error" };
  return { reason, message };
}

function reasonOf(error: unknown): ClientErrorReason | undefined {
  if (error instanceof SignalError) return BY_SIGNAL_REASON[error.reason];
  if (error instanceof LinkError) return error.reason === "incomplete" ? "link-incomplete" : "link-invalid";
  if (error instanceof BindingError || error instanceof RtcError) return "wrong-host";
  if (error instanceof PayloadError) return "protocol-error";
  return undefined;
}
