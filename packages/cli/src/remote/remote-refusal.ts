/** Turns failures of the host and the relay into messages for the user of a link. */
import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { SignalError } from "@rangecast/signal";
import { type Trouble, troubleText } from "../doctor/diagnose.ts";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";
import type { CliErrorReason } from "../failure/cli-error.ts";
import { noConnectionText } from "../output/no-connection.ts";

export interface RemoteContext {
  /** Address of the relay. */
  readonly relay: string;
  /** What the doctor's checks found, if they ran. */
  readonly trouble?: Trouble;
  /** What the user does with the file. */
  readonly verb: "download" | "play";
}

export type Refusal = readonly [reason: CliErrorReason, sentences: string];

const DOCTOR = 'To find out more, run "rangecast doctor" with the link.';
const ASK_THE_HOST = "It may have been moved, renamed or deleted there: ask the host.";

/** Which of the doctor's checks may find the cause: those of the relay, or those of the path to the host as well. */
export function whatToDiagnose(error: unknown): "relay" | "path" | undefined {
  if (!(error instanceof ClientError)) return undefined;
  if (error.reason === "no-connection") return "path";
  return ["relay-unreachable", "timeout"].includes(error.reason) ? "relay" : undefined;
}

/** The exit reason of a failure of the host, the relay or the path between, and sentences that explain it. */
export function remoteRefusal(error: ClientError, context: RemoteContext): Refusal {
  const { message, cause } = error;
  const lost: Refusal = ["no-connection", `No connection to the host: ${message}. ${pathAdvice(error, context)}`];
  const badLink: Refusal = ["bad-link", `The link can't be used: ${message}.`];
  const unusable: Refusal = ["remote-failed", `The host sent something that can't be used: ${message}.`];
  const gone: Refusal = ["remote-failed", `The host no longer has the file. ${ASK_THE_HOST}`];
  const unknown: Refusal = ["bad-link", "No share has this link: it is wrong or was revoked. Ask for a new one."];
  const refusals: Readonly<Record<ClientErrorReason, Refusal>> = {
    "link-incomplete": badLink,
    "link-invalid": badLink,
    // The relay reports it for a share, the host for its file.
    "not-found": cause instanceof SignalError ? unknown : gone,
    "relay-unreachable": ["relay-failed", relaySentences(error, context)],
    "host-offline": ["host-offline", `The host isn't online. It must keep sharing while you ${context.verb}: ask the host, and try again.`],
    "host-stopped": ["host-offline", `The host stopped sharing: ${message}.`],
    "host-revoked": ["link-ended", "The host took this link back. Ask for a new one."],
    "link-expired": ["link-ended", "This link has expired: the host shared it for a limited time. Ask for a new one."],
    "used-up": ["link-ended", "This was downloaded as often as the host allows. Ask for a new link."],
    dropped: ["link-ended", "The host disconnected you."],
    busy: ["host-busy", `There are too many viewers: ${message}. Try again later.`],
    "no-connection": lost,
    timeout: lost,
    closed: lost,
    aborted: lost,
    "file-changed": ["file-changed", `The file changed on the host. Run the same command again to ${context.verb} the new version.`],
    "file-gone": [
      "remote-failed",
      "The file is gone from the host: it was deleted, moved or renamed there. Ask the host to put it back, or to share it again.",
    ],
    unreadable: ["remote-failed", `The host can't read its file: ${message}. ${ASK_THE_HOST}`],
    "wrong-host": [
      "remote-failed",
      `The computer that answered can't prove that it is the host of this link: ${message}. Nothing was downloaded from it.`,
    ],
    unsupported: unusable,
    "out-of-range": unusable,
    "protocol-error": unusable,
  };
  return refusals[error.reason];
}

/** Prefers what the two sides offered, then what the checks found, then a hint to the doctor. */
function pathAdvice({ diagnosis }: ClientError, { trouble }: RemoteContext): string {
  const found = trouble === undefined ? [] : [troubleText(trouble)];
  if (diagnosis === undefined) return found[0] ?? DOCTOR;
  const { why, todo } = noConnectionText(diagnosis, "viewer");
  return [why, ...found, ...todo].join(" ");
}

function relaySentences({ cause, message }: ClientError, { relay, trouble }: RemoteContext): string {
  const reached = cause instanceof SignalError && cause.reason === "unreachable" ? "reached" : "used";
  if (trouble !== undefined) return `The relay ${relay} can't be ${reached}: ${trouble.found}. ${trouble.advice}`;
  const network = cause instanceof SignalError ? cause.cause : undefined;
  if (!(network instanceof Error)) return `The relay ${relay} can't be ${reached}: ${message}. ${DOCTOR}`;
  const { found, advice } = describeFetchFailure(network, relay);
  return `The relay ${relay} can't be reached: ${found}. ${advice}`;
}
