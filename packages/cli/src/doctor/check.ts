/** A check of the doctor. Its result is printed as one line. */
import type { CandidateSummary, IceServer } from "@rangecast/rtc";
import type { ShareLink } from "@rangecast/signal";

/** `warn`: it works, with a limitation; `skip`: it could not run, because of the result of another check. */
export type CheckStatus = "pass" | "warn" | "fail" | "skip";

/** A problem, and what to do about it. */
export interface Problem {
  /** A clause. */
  readonly found: string;
  /** Sentences. */
  readonly advice: string;
}

export interface CheckResult {
  readonly status: CheckStatus;
  /** What was found, a clause. */
  readonly found: string;
  /** What to do, in sentences; present for `fail` and `warn`. */
  readonly advice?: string;
  /** Passed to later checks. */
  readonly findings?: Partial<Findings>;
}

export interface Check {
  readonly name: string;
  /** The check fails if it takes longer: after how many milliseconds, and what to do then. @default a second, for a check that waits for nothing */
  readonly deadline?: { readonly ms: number; readonly advice: string };
  /** Runs the check, and cleans up, also when the signal aborts. An exception is a bug. */
  run(findings: Findings, signal: AbortSignal): Promise<CheckResult>;
}

export function pass(found: string, findings: Partial<Findings> = {}): CheckResult {
  return { status: "pass", found, findings };
}

export function warn(found: string, advice: string, findings: Partial<Findings> = {}): CheckResult {
  return { status: "warn", found, advice, findings };
}

export function fail(found: string, advice: string, findings: Partial<Findings> = {}): CheckResult {
  return { status: "fail", found, advice, findings };
}

export function skip(found: string): CheckResult {
  return { status: "skip", found };
}

/** How many servers were tried over UDP, and how many answered. */
export interface Answers {
  readonly asked: number;
  readonly answered: number;
}

/** What the checks have found so far. A missing field is unknown. */
export interface Findings {
  readonly link?: ShareLink;
  /** Address of the relay, without a trailing slash. */
  readonly relay?: string;
  /** A rangecast relay answered there. */
  readonly relayAnswers?: boolean;
  /** By how much this computer's clock is ahead of the relay's, milliseconds. */
  readonly clockAheadMs?: number;
  readonly iceServers?: readonly IceServer[];
  /** Whether the share's host is online. */
  readonly online?: boolean;
  readonly offered?: CandidateSummary;
  readonly stun?: Answers;
  readonly turn?: Answers;
}
