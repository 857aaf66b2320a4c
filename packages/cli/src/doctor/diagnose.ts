/** Runs the doctor's checks for `share` and `get`, so that they can explain a failure as `doctor` would. */
import type { ShareLink } from "@rangecast/signal";
import type { Check, Problem } from "./check.ts";
import { clockCheck } from "./checks/clock.ts";
import { eventStreamCheck } from "./checks/event-stream.ts";
import { postCheck } from "./checks/post.ts";
import { relayCheck } from "./checks/relay.ts";
import { shareCheck } from "./checks/share.ts";
import { stunCheck } from "./checks/stun.ts";
import { turnCheck } from "./checks/turn.ts";
import { udpCheck } from "./checks/udp.ts";
import { capitalize } from "../format.ts";
import { withPatience } from "../patience.ts";
import { runChecks } from "./run-checks.ts";

/** The result of a failed check. */
export interface Trouble extends Problem {
  /** The check's name. */
  readonly check: string;
}

export interface DiagnoseOptions {
  /** The relay's address. */
  readonly relay: string;
  /** If given, the share, its STUN and TURN servers, and UDP are checked as well. */
  readonly link?: ShareLink;
  readonly signal: AbortSignal;
  /** @default RELAY_CHECKS, and with a link also NETWORK_CHECKS */
  readonly checks?: readonly Check[];
}

/** Time limit for all checks, milliseconds: the check of event streams alone needs 1 s, a silent server 8 s. */
const DIAGNOSIS_MS = 12_000;

/** Between this computer and the relay. */
const RELAY_CHECKS: readonly Check[] = [relayCheck, clockCheck, postCheck, eventStreamCheck];
/** Between this computer and a share's host. */
const NETWORK_CHECKS: readonly Check[] = [shareCheck, stunCheck, turnCheck, udpCheck];

/**
 * Runs checks until the first one fails.
 * @returns the failure; undefined if there was none, the time limit passed, or the signal aborted
 */
export async function diagnose({ relay, link, signal, checks }: DiagnoseOptions): Promise<Trouble | undefined> {
  return withPatience(DIAGNOSIS_MS, signal, async (limited) => {
    let trouble: Trouble | undefined;
    await runChecks(checks ?? (link === undefined ? RELAY_CHECKS : [...RELAY_CHECKS, ...NETWORK_CHECKS]), {
      findings: { relay, ...(link === undefined ? {} : { link }) },
      signal: limited,
      untilFailure: true,
      onResult: ({ name, status, found, advice = "" }) => {
        if (status === "fail") trouble = { check: name, found, advice };
      },
    });
    return trouble;
  });
}

/** The trouble in sentences. */
export function troubleText({ found, advice }: Trouble): string {
  return `${capitalize(found)}. ${advice}`;
}
