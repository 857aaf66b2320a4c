/** A check of the doctor: one question, one line of answer. */
import type { Findings } from "./findings.ts";

/** `warn`: it works, with a limit that one should know; `skip`: what it needs is missing, and was told elsewhere. */
export type CheckStatus = "pass" | "warn" | "fail" | "skip";

export interface CheckResult {
  readonly status: CheckStatus;
  /** What was found, in words. */
  readonly found: string;
  /** What to do; there is some wherever it failed or warns. */
  readonly advice?: string;
  /** For the checks after it. */
  readonly findings?: Partial<Findings>;
}

export interface Check {
  readonly name: string;
  /** After so long it has failed, milliseconds. */
  readonly deadlineMs: number;
  /** What to do when even the deadline passed. */
  readonly lateAdvice: string;
  /** Cleans up after itself, also when the signal aborts. Whatever it throws is a fault of ours. */
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
