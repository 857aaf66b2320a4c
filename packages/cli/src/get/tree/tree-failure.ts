/** Which failures concern one file of a tree, so that the others go on. */
import { ClientError, type ClientErrorReason } from "@rangecast/client";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, type CliErrorReason, systemCode } from "../../failure/cli-error.ts";
import { PartGoneError } from "../save/part-file.ts";

export interface FileFailure {
  readonly reason: string;
  /** A clause. */
  readonly message: string;
}

/** Reasons of the host that concern one file or folder. */
const OF_ONE: ReadonlyMap<ClientErrorReason, string | undefined> = new Map([
  ["file-gone", "it is gone from the host"],
  ["file-changed", "it changed while it was downloaded"],
  ["unreadable", "the host can't read it"],
  ["busy", undefined],
  ["timeout", undefined],
  ["unsupported", undefined],
  ["out-of-range", undefined],
  ["protocol-error", undefined],
]);
const OF_ONE_HERE: ReadonlySet<CliErrorReason> = new Set<CliErrorReason>(["exists", "in-use", "cannot-write", "no-space"]);
/** Errors of the disk that every file would have. */
const OF_ALL = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO", "EMFILE", "ENFILE", "ENOMEM"]);

/** @returns undefined if the download can't go on, or if it is a bug of ours */
export function failureOfOne(error: unknown): FileFailure | undefined {
  if (error instanceof ClientError && OF_ONE.has(error.reason)) {
    return { reason: error.reason, message: OF_ONE.get(error.reason) ?? error.message };
  }
  if (error instanceof CliError && OF_ONE_HERE.has(error.reason))
    return { reason: error.reason, message: error.message.replace(/\.$/u, "") };
  if (error instanceof PartGoneError) return { reason: "cannot-write", message: `its partial file can't be used: ${error.message}` };
  const code = systemCode(error);
  if (code === undefined || !/^E[A-Z0-9]+$/u.test(code) || OF_ALL.has(code)) return undefined;
  return { reason: code === "EEXIST" ? "exists" : "cannot-write", message: systemErrorWords(error) };
}
