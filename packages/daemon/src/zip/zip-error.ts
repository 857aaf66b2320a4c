import { ExpectedError } from "@rangecast/base";

/** Why a folder can't be read as a zip. `too-large`: more entries than one archive may have; `changed`: a file is no longer as when it was opened. */
export type ZipErrorReason = "too-large" | "changed";

export class ZipError extends ExpectedError<ZipErrorReason> {
  override readonly name = "ZipError";
}
