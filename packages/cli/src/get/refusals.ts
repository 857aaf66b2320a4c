/** Turns failures of the host, the relay and the disk into messages for the user. */
import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { systemErrorWords } from "@rangecast/daemon";
import { SignalError } from "@rangecast/signal";
import { CliError, type CliErrorReason, systemCode } from "../failure/cli-error.ts";
import { type Trouble, troubleText } from "../doctor/diagnose.ts";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";
import { noConnectionText } from "../output/no-connection.ts";
import { PartGoneError } from "./save/part-file.ts";

export interface RefusalContext {
  /** Address of the relay. */
  readonly relay: string;
  /** The folder, safe to print; undefined for standard output. */
  readonly folder: string | undefined;
  /** Whether the downloaded part is kept, so that the same command continues there. */
  readonly resumable: boolean;
  /** What the doctor's checks found, if they ran. */
  readonly trouble?: Trouble;
}

const CONTINUE = "The downloaded part is kept: run the same command again to continue.";
const DOCTOR = 'To find out more, run "rangecast doctor" with the link.';
const ASK_THE_HOST = "It may have been moved, renamed or deleted there: ask the host.";

type Refusal = readonly [reason: CliErrorReason, sentences: string];

/** Returns the CliError for an expected failure, and any other error unchanged. */
export function refusalOf(error: unknown, context: RefusalContext): unknown {
  if (error instanceof CliError) return withKept(error.reason, error.message, error, error.resumable ?? context.resumable);
  const refusal = error instanceof ClientError ? remoteRefusal(error, context) : diskRefusal(error, context);
  return refusal === undefined ? error : withKept(...refusal, error, context.resumable);
}

function withKept(reason: CliErrorReason, sentences: string, cause: unknown, kept: boolean): CliError {
  // After a change on the host the same command starts from the beginning.
  const resumable = kept && reason !== "file-changed" && !isGone(cause);
  return new CliError(reason, resumable ? `${sentences} ${CONTINUE}` : sentences, { cause, resumable });
}

/** Which of the doctor's checks may find the cause: those of the relay, or those of the path to the host as well. */
export function whatToDiagnose(error: unknown): "relay" | "path" | undefined {
  if (!(error instanceof ClientError)) return undefined;
  if (error.reason === "no-connection") return "path";
  return ["relay-unreachable", "timeout"].includes(error.reason) ? "relay" : undefined;
}

function remoteRefusal(error: ClientError, context: RefusalContext): Refusal {
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
    "host-offline": ["host-offline", "The host isn't online. It must keep sharing while you download: ask the host, and try again."],
    "host-stopped": ["host-offline", `The host stopped sharing: ${message}.`],
    "host-revoked": ["host-offline", `The host revoked the share: ${message}.`],
    busy: ["host-busy", `There are too many viewers: ${message}. Try again later.`],
    "no-connection": lost,
    timeout: lost,
    closed: lost,
    aborted: lost,
    "file-changed": ["file-changed", "The file changed on the host. Run the same command again to download the new version."],
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
function pathAdvice({ diagnosis }: ClientError, { trouble }: RefusalContext): string {
  const found = trouble === undefined ? [] : [troubleText(trouble)];
  if (diagnosis === undefined) return found[0] ?? DOCTOR;
  const { why, todo } = noConnectionText(diagnosis, "viewer");
  return [why, ...found, ...todo].join(" ");
}

function relaySentences({ cause, message }: ClientError, { relay, trouble }: RefusalContext): string {
  const reached = cause instanceof SignalError && cause.reason === "unreachable" ? "reached" : "used";
  if (trouble !== undefined) return `The relay ${relay} can't be ${reached}: ${trouble.found}. ${trouble.advice}`;
  const network = cause instanceof SignalError ? cause.cause : undefined;
  if (!(network instanceof Error)) return `The relay ${relay} can't be ${reached}: ${message}. ${DOCTOR}`;
  const { found, advice } = describeFetchFailure(network, relay);
  return `The relay ${relay} can't be reached: ${found}. ${advice}`;
}

/** A file that is put back later may be another version, so the downloaded part may be useless. */
function isGone(cause: unknown): boolean {
  return cause instanceof ClientError && cause.reason === "file-gone";
}

function diskRefusal(error: unknown, { folder }: RefusalContext): Refusal | undefined {
  if (error instanceof PartGoneError) return ["cannot-write", `The partial file can't be used: ${error.message}.`];
  const code = systemCode(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  const problem = systemErrorWords(error);
  if (folder === undefined) return [code === "ENOSPC" ? "no-space" : "cannot-write", `Standard output can't be written: ${problem}.`];
  switch (code) {
    case "ENOSPC":
      return ["no-space", `The disk of ${folder} is full. Free some space.`];
    case "EDQUOT":
      return ["no-space", `Your disk quota for ${folder} is used up. Free some space.`];
    case "EEXIST":
      return [
        "exists",
        "Another file of that name was created during the download. Use --overwrite to replace it, or --name for another name.",
      ];
    case "EFBIG":
      return ["cannot-write", `The file system of ${folder} can't store a file this large. Choose another folder with --out.`];
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return ["cannot-write", `You don't have permission to write in ${folder}. Check the folder's permissions.`];
    case "ENOENT":
      // The system does not report whether the folder or the file in it is gone.
      return ["cannot-write", `The partial file in ${folder} is gone: the folder or the file was moved or deleted during the download.`];
    default:
      return ["cannot-write", `The file can't be written in ${folder}: ${problem}.`];
  }
}
