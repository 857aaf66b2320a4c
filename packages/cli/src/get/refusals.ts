/** Turns failures of the host, the relay and the disk into messages for the user. */
import { ClientError } from "@rangecast/client";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, type CliErrorReason, systemCode } from "../failure/cli-error.ts";
import type { Trouble } from "../doctor/diagnose.ts";
import { type Refusal, remoteRefusal } from "../remote/remote-refusal.ts";
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

/** Returns the CliError for an expected failure, and any other error unchanged. */
export function refusalOf(error: unknown, context: RefusalContext): unknown {
  if (error instanceof CliError) return withKept(error.reason, error.message, error, error.resumable ?? context.resumable);
  const refusal = error instanceof ClientError ? remoteRefusal(error, { ...context, verb: "download" }) : diskRefusal(error, context);
  return refusal === undefined ? error : withKept(...refusal, error, context.resumable);
}

function withKept(reason: CliErrorReason, sentences: string, cause: unknown, kept: boolean): CliError {
  // After a change on the host the same command starts from the beginning.
  const resumable = kept && reason !== "file-changed" && !isGone(cause);
  return new CliError(reason, resumable ? `${sentences} ${CONTINUE}` : sentences, { cause, resumable });
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
