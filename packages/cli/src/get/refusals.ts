/** What host, relay and disk refuse, as a person at the terminal can use it. */
import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { systemErrorWords } from "@rangecast/daemon";
import { SignalError } from "@rangecast/signal";
import { CliError, type CliErrorReason, systemCode } from "../failure/cli-error.ts";
import { type Trouble, troubleWords } from "../doctor/diagnose.ts";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";
import { noConnectionWords } from "../output/no-connection.ts";
import { PartGoneError } from "./save/part-file.ts";

export interface RefusalContext {
  /** Address of the relay. */
  readonly relay: string;
  /** The folder, as it is shown; undefined for standard output. */
  readonly folder: string | undefined;
  /** Whether what came is kept, and the same command goes on there. */
  readonly resumable: boolean;
  /** What the doctor's checks found, where they were asked. */
  readonly trouble?: Trouble;
}

const GO_ON = "What came is kept: run the same command again to go on.";
const DOCTOR = 'To see what works from here, run "rangecast doctor" with the link.';
const ASK_THE_HOST = "It may have been moved, renamed or deleted there: ask the host.";

type Refusal = readonly [reason: CliErrorReason, sentences: string];

/** The CliError for an expected failure; anything else comes back as it is, and is a fault of ours. */
export function refusalOfGet(error: unknown, context: RefusalContext): unknown {
  if (error instanceof CliError) return withKept(error.reason, error.message, error, error.resumable ?? context.resumable);
  const refusal = error instanceof ClientError ? remoteRefusal(error, context) : diskRefusal(error, context);
  return refusal === undefined ? error : withKept(...refusal, error, context.resumable);
}

function withKept(reason: CliErrorReason, sentences: string, cause: unknown, kept: boolean): CliError {
  // After a change at the host the same command begins anew: what came is of no use to it.
  const resumable = kept && reason !== "file-changed" && !isGone(cause);
  return new CliError(reason, resumable ? `${sentences} ${GO_ON}` : sentences, { cause, resumable });
}

/** Whether the doctor's checks may find the reason: those of the relay alone, or the way to the host as well. */
export function whatToDiagnose(error: unknown): "relay" | "path" | undefined {
  if (!(error instanceof ClientError)) return undefined;
  if (error.reason === "no-connection") return "path";
  return ["relay-unreachable", "timeout"].includes(error.reason) ? "relay" : undefined;
}

function remoteRefusal(error: ClientError, context: RefusalContext): Refusal {
  const { message, cause } = error;
  const lost: Refusal = ["no-connection", `There is no connection to the host: ${message}. ${pathWords(error, context)}`];
  const badLink: Refusal = ["bad-link", `The link can't be used: ${message}.`];
  const unusable: Refusal = ["remote-failed", `What the host offers can't be used: ${message}.`];
  const gone: Refusal = ["remote-failed", `The host no longer has the file. ${ASK_THE_HOST}`];
  const unknown: Refusal = ["bad-link", "No share has this link: it is wrong, or was taken back. Ask for a new one."];
  const refusals: Readonly<Record<ClientErrorReason, Refusal>> = {
    "link-incomplete": badLink,
    "link-invalid": badLink,
    // The relay says it of a share, and the host of its file.
    "not-found": cause instanceof SignalError ? unknown : gone,
    "relay-unreachable": ["relay-failed", relayWords(error, context)],
    "host-offline": ["host-offline", "The host isn't online: it must run while you fetch. Ask for it, and try again."],
    "host-stopped": ["host-offline", `The host stopped sharing: ${message}.`],
    "host-revoked": ["host-offline", `The host took the share back: ${message}.`],
    busy: ["host-busy", `No more viewers are taken now: ${message}. Try again later.`],
    "no-connection": lost,
    timeout: lost,
    closed: lost,
    aborted: lost,
    "file-changed": ["file-changed", "The file changed at the host. Run the same command again to fetch the new version."],
    "file-gone": [
      "remote-failed",
      "The file is gone at the host: it was deleted, moved or renamed there. Ask for it to be put back, or shared again.",
    ],
    unreadable: ["remote-failed", `The host can't read its file: ${message}. ${ASK_THE_HOST}`],
    "wrong-host": ["remote-failed", `Who answered can't prove to be the host of this link: ${message}. Nothing of it was used.`],
    unsupported: unusable,
    "out-of-range": unusable,
    "protocol-error": unusable,
  };
  return refusals[error.reason];
}

/** What the two sides offered says most; then what the checks found; else where to look. */
function pathWords({ diagnosis }: ClientError, { trouble }: RefusalContext): string {
  const found = trouble === undefined ? [] : [troubleWords(trouble)];
  if (diagnosis === undefined) return found[0] ?? DOCTOR;
  const { why, todo } = noConnectionWords(diagnosis, "viewer");
  return [why, ...found, ...todo].join(" ");
}

function relayWords({ cause, message }: ClientError, { relay, trouble }: RefusalContext): string {
  const reached = cause instanceof SignalError && cause.reason === "unreachable" ? "reached" : "used";
  if (trouble !== undefined) return `The relay ${relay} can't be ${reached}: ${trouble.found}. ${trouble.advice}`;
  const network = cause instanceof SignalError ? cause.cause : undefined;
  if (!(network instanceof Error)) return `The relay ${relay} can't be ${reached}: ${message}. ${DOCTOR}`;
  const { found, advice } = describeFetchFailure(network, relay);
  return `The relay ${relay} can't be reached: ${found}. ${advice}`;
}

/** A file that is put back may be another version by then, so nobody can say that what came is of use. */
function isGone(cause: unknown): boolean {
  return cause instanceof ClientError && cause.reason === "file-gone";
}

function diskRefusal(error: unknown, { folder }: RefusalContext): Refusal | undefined {
  if (error instanceof PartGoneError) return ["cannot-write", `The part of the file that came can't be used: ${error.message}.`];
  const code = systemCode(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  const words = systemErrorWords(error);
  if (folder === undefined) return [code === "ENOSPC" ? "no-space" : "cannot-write", `Standard output takes no more: ${words}.`];
  switch (code) {
    case "ENOSPC":
      return ["no-space", `The disk of ${folder} is full. Make room.`];
    case "EDQUOT":
      return ["no-space", `Your share of the disk of ${folder} is used up. Make room.`];
    case "EEXIST":
      return ["exists", "Meanwhile another file took the name. Use --overwrite to replace it, or --name for another name."];
    case "EFBIG":
      return ["cannot-write", `The file system of ${folder} takes no file so large. Give another folder with --out.`];
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return ["cannot-write", `You lack permission to write in ${folder}. Check its access rights.`];
    case "ENOENT":
      // The folder itself, or a file in it: the system does not say which.
      return ["cannot-write", `What was being written in ${folder} is gone: the folder or the file was moved or deleted meanwhile.`];
    default:
      return ["cannot-write", `The file can't be written in ${folder}: ${words}.`];
  }
}
