/** What daemon and relay refuse, as a person at the terminal can use it. */
import { StateError, StreamError } from "@rangecast/daemon";
import { SignalError } from "@rangecast/signal";
import { CliError } from "../failure/cli-error.ts";
import { type Trouble, troubleWords } from "../doctor/diagnose.ts";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";
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

/** A relay that did not answer in time, with what it was that failed, or one that said no. @param trouble what the doctor's checks found */
export function relayRefusal(error: SignalError | undefined, relay: string, trouble?: Trouble): CliError {
  const options = error === undefined ? {} : { cause: error };
  if (error === undefined || error.reason === "unreachable") {
    return new CliError("relay-failed", `The relay ${relay} can't be reached${unreachableWords(error, relay, trouble)}`, options);
  }
  const found = trouble === undefined ? adviceOf(error, relay) : troubleWords(trouble);
  return new CliError("relay-failed", `The relay ${relay} refuses the share: ${error.message}. ${found}`, options);
}

const OWN_RELAY = "Or use your own with --no-relay.";

function unreachableWords(error: SignalError | undefined, relay: string, trouble: Trouble | undefined): string {
  if (trouble !== undefined) return `: ${trouble.found}. ${trouble.advice} ${OWN_RELAY}`;
  if (!(error?.cause instanceof Error)) return `. Check its address and the network. ${OWN_RELAY}`;
  const { found, advice } = describeFetchFailure(error.cause, relay);
  return `: ${found}. ${advice} ${OWN_RELAY}`;
}

const DOCTOR = (relay: string): string => `See what works: rangecast doctor --relay ${relay}`;

/** By the relay's own word. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["wrong-time", "Set the clocks by the network (NTP), here and on the relay."],
  ["wrong-origin", "Use the address that the relay was started with."],
  ["busy", "Wait a minute, and try again."],
  ["over-cap", "Wait a minute, and try again."],
  ["full", "Try again later, or use another relay."],
]);

function adviceOf({ detail }: SignalError, relay: string): string {
  return ADVICE.get(detail ?? "") ?? DOCTOR(relay);
}
