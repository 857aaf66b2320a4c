/** What daemon and relay refuse, as a person at the terminal can use it. */
import { StateError, StreamError } from "@rangecast/daemon";
import { SignalError } from "@rangecast/signal";
import { CliError } from "../cli-error.ts";
import type { SharedFile } from "./shared-file.ts";

/** The CliError for an expected failure; anything else comes back as it is, and is a fault of ours. */
export function refusalOf(error: unknown, { name }: Pick<SharedFile, "name">, relay: string): unknown {
  if (error instanceof StateError)
    return new CliError("bad-config", `${error.message}. Or use --ephemeral, which keeps nothing.`, { cause: error });
  if (error instanceof StreamError) {
    if (error.reason === "wrong-size") {
      return new CliError("unreadable", `${name} can't be shared as it is: ${error.message}. Copy it, and share the copy.`, {
        cause: error,
      });
    }
    // It was there a moment ago, and readable: see inspectFile.
    const reason = error.reason === "not-a-file" ? "not-a-file" : "unreadable";
    return new CliError(reason, `${name} can't be shared any more: ${error.message}.`, { cause: error });
  }
  if (error instanceof SignalError) return relayRefusal(error, relay);
  return error;
}

/** A relay that did not answer in time, with what it was that failed, or one that said no. */
export function relayRefusal(error: SignalError | undefined, relay: string): CliError {
  const options = error === undefined ? {} : { cause: error };
  if (error === undefined || error.reason === "unreachable") {
    return new CliError(
      "relay-failed",
      `The relay ${relay} can't be reached. Check its address and the network, or use your own with --no-relay.`,
      options,
    );
  }
  const detail = error.detail === undefined ? "" : ` (${error.detail})`;
  return new CliError("relay-failed", `The relay ${relay} refuses: ${error.message}${detail}. Is it a rangecast relay?`, options);
}
