/*
 * What the page shows of a ReconnectingFile's states. The client decides what is tried again and when; here its reasons become the page's.
 */
import type { ClientError, ClientErrorReason, ReconnectingState } from "@rangecast/client";
import type { ConnectionEvent, WaitReason } from "../shared/messages/connection-event.ts";

type Phase = ReconnectingState["phase"];

/** The event for a new state. Undefined: the page shows the same as before. @param before the phase before it; undefined for the first state */
export function eventOf(state: ReconnectingState, before: Phase | undefined): ConnectionEvent | undefined {
  const wasConnected = before === "connected" || before === "suspect";
  switch (state.phase) {
    case "connected":
      return { type: "connected" };
    case "connecting":
      if (before === undefined) return { type: "connecting" };
      return wasConnected && state.after !== undefined ? lost(state.after) : undefined;
    case "waiting":
      return wasConnected ? lost(state.error) : failed(state.error);
    case "suspect":
      return undefined;
    case "ended":
      return ended(state.error);
  }
}

/** The connection was lost, or its host ended it. */
function lost({ reason }: ClientError): ConnectionEvent {
  const byHost = reason === "host-stopped" || reason === "file-gone" || reason === "unreadable";
  return { type: "waiting", reason: byHost ? reason : "lost" };
}

/** An attempt failed, and another one follows. */
function failed({ reason: clientReason, diagnosis }: ClientError): ConnectionEvent {
  const reason = waitReasonOf(clientReason);
  if (reason !== "no-connection" || diagnosis === undefined) return { type: "waiting", reason };
  const { local, remote, iceServers } = diagnosis;
  return { type: "waiting", reason, diagnosis: { local, remote, iceServers } };
}

function waitReasonOf(reason: ClientErrorReason): WaitReason {
  switch (reason) {
    case "relay-unreachable":
    case "host-offline":
    case "busy":
    case "no-connection":
    case "host-stopped":
    case "file-gone":
    case "unreadable":
      return reason;
    // Only tried again if the share was there before: its relay restarted, and the host isn't back yet.
    case "not-found":
      return "host-offline";
    case "timeout":
    case "closed":
      return "no-connection";
    default:
      return "lost";
  }
}

function ended({ reason }: ClientError): ConnectionEvent {
  switch (reason) {
    case "link-incomplete":
      return { type: "bad-link", reason: "incomplete" };
    case "link-invalid":
      return { type: "bad-link", reason: "invalid" };
    case "not-found":
    case "wrong-host":
    case "host-revoked":
    case "link-expired":
    case "used-up":
    case "dropped":
    case "unsupported":
      return { type: "ended", reason };
    case "protocol-error":
      return { type: "ended", reason: "unsupported" };
    default:
      return { type: "ended", reason: "fault" };
  }
}
