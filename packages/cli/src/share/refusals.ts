/** Turns failures of the daemon and the relay into messages for the user. */
import { StateError, StreamError } from "@rangecast/daemon";
import { SignalError } from "@rangecast/signal";
import { CliError } from "../failure/cli-error.ts";
import { SET_CLOCKS } from "../doctor/checks/clock.ts";
import { type Trouble, troubleText } from "../doctor/diagnose.ts";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";

/** Returns the CliError for an expected failure, and any other error unchanged. @param name of what is shared */
export function refusalOf(error: unknown, name: string, relay: string): unknown {
  if (error instanceof StateError)
    return new CliError("bad-config", `${error.message}. Or use --ephemeral, which saves nothing.`, { cause: error });
  if (error instanceof StreamError) {
    if (error.reason === "wrong-size") {
      return new CliError("unreadable", `${name} can't be shared as it is: ${error.message}. Copy it, and share the copy.`, {
        cause: error,
      });
    }
    // inspectPaths found it readable a moment ago.
    const reason = error.reason === "not-a-file" ? "not-a-file" : "unreadable";
    return new CliError(reason, `${name} can't be shared any more: ${error.message}.`, { cause: error });
  }
  if (error instanceof SignalError) return relayRefusal(error, relay);
  return error;
}

/**
 * The CliError for a relay that can't be reached or that refused the share.
 * @param error undefined if the relay did not answer in time
 * @param trouble what the doctor's checks found
 */
export function relayRefusal(error: SignalError | undefined, relay: string, trouble?: Trouble): CliError {
  const options = error === undefined ? {} : { cause: error };
  if (error === undefined || error.reason === "unreachable") {
    return new CliError("relay-failed", `The relay ${relay} can't be reached${unreachableReason(error, relay, trouble)}`, options);
  }
  const found = trouble === undefined ? adviceOf(error, relay) : troubleText(trouble);
  return new CliError("relay-failed", `The relay ${relay} refuses the share: ${error.message}. ${found}`, options);
}

const OWN_RELAY = "Or use the built-in relay: --no-relay.";

function unreachableReason(error: SignalError | undefined, relay: string, trouble: Trouble | undefined): string {
  if (trouble !== undefined) return `: ${trouble.found}. ${trouble.advice} ${OWN_RELAY}`;
  if (!(error?.cause instanceof Error)) return `. Check its address and the network. ${OWN_RELAY}`;
  const { found, advice } = describeFetchFailure(error.cause, relay);
  return `: ${found}. ${advice} ${OWN_RELAY}`;
}

const DOCTOR = (relay: string): string => `To find out more, run: rangecast doctor --relay ${relay}`;

/** By the relay's `error` code. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["wrong-time", SET_CLOCKS],
  ["wrong-origin", "Use the address with which the relay was started."],
  ["busy", "Wait a minute, and try again."],
  ["over-cap", "Wait a minute, and try again."],
  ["full", "Try again later, or use another relay."],
]);

function adviceOf({ detail }: SignalError, relay: string): string {
  return ADVICE.get(detail ?? "") ?? DOCTOR(relay);
}
