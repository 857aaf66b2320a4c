/** The doctor's checks for the other commands: what `share` and `get` say when something fails is what `doctor` would find. */
import type { IceServer } from "@rangecast/rtc";
import type { ShareLink } from "@rangecast/signal";
import type { Check } from "./check.ts";
import { clockCheck } from "./checks/clock.ts";
import { eventStreamCheck } from "./checks/event-stream.ts";
import { postCheck } from "./checks/post.ts";
import { relayCheck } from "./checks/relay.ts";
import { shareCheck } from "./checks/share.ts";
import { stunCheck } from "./checks/stun.ts";
import { turnCheck } from "./checks/turn.ts";
import { udpCheck } from "./checks/udp.ts";
import { withPatience } from "../patience.ts";
import { runChecks } from "./run-checks.ts";

/** What a check found that does not work, and what to do. */
export interface Trouble {
  /** The check's name. */
  readonly check: string;
  /** A clause. */
  readonly found: string;
  /** Sentences. */
  readonly advice: string;
}

export interface DiagnoseOptions {
  /** The relay's address. */
  readonly relay: string;
  /** With it the share's servers and UDP are tried as well. */
  readonly link?: ShareLink;
  readonly iceServers?: readonly IceServer[];
  readonly signal: AbortSignal;
  /** @default RELAY_CHECKS, and NETWORK_CHECKS where there is a link */
  readonly checks?: readonly Check[];
}

/** Most time that a failed command takes to look for the reason, milliseconds: the probe of event streams alone needs 1 s, a silent server 8 s. */
const DIAGNOSIS_MS = 12_000;

/** Between this computer and the relay. */
const RELAY_CHECKS: readonly Check[] = [relayCheck, clockCheck, postCheck, eventStreamCheck];
/** Between this computer and a share's host. */
const NETWORK_CHECKS: readonly Check[] = [shareCheck, stunCheck, turnCheck, udpCheck];

/**
 * Looks for the first thing that does not work.
 * @returns undefined where all that was looked at works, or when the time is up or the signal aborts
 */
export async function diagnose({ relay, link, iceServers, signal, checks }: DiagnoseOptions): Promise<Trouble | undefined> {
  return withPatience(DIAGNOSIS_MS, signal, async (patience) => {
    const found = new AbortController();
    const stop = (): void => found.abort();
    patience.addEventListener("abort", stop, { once: true });
    if (patience.aborted) stop();
    let trouble: Trouble | undefined;
    const findings = { relay, ...(link === undefined ? {} : { link }), ...(iceServers === undefined ? {} : { iceServers }) };
    await runChecks(checks ?? (link === undefined ? RELAY_CHECKS : [...RELAY_CHECKS, ...NETWORK_CHECKS]), {
      findings,
      signal: found.signal,
      onResult: ({ name, status, found: words, advice = "" }) => {
        if (status !== "fail") return;
        trouble = { check: name, found: words, advice };
        stop();
      },
    });
    return trouble;
  });
}

/** The trouble as sentences. */
export function troubleWords({ found, advice }: Trouble): string {
  return `${found.charAt(0).toUpperCase()}${found.slice(1)}. ${advice}`;
}
