/** Runs checks one after the other, each within its deadline. */
import { withPatience } from "../patience.ts";
import { aborted } from "../stop-signals.ts";
import type { Check, CheckResult, CheckStatus, Findings } from "./check.ts";

export interface CheckReport extends Omit<CheckResult, "findings"> {
  readonly name: string;
}

export type Totals = Readonly<Record<CheckStatus, number>>;

export interface RunChecksOptions {
  readonly findings: Findings;
  /** Stops the checks at once; nothing more is reported. */
  readonly signal: AbortSignal;
  readonly onResult: (report: CheckReport) => void;
  /** Stops after the first check that fails. @default false */
  readonly untilFailure?: boolean;
}

const SECOND_MS = 1000;
/** For a check that only looks at what others have found. */
const SHORT = { ms: 1000, advice: "" };

/** @returns the number of checks by status; a check that was stopped is not counted */
export async function runChecks(
  checks: readonly Check[],
  { findings: first, signal, onResult, untilFailure }: RunChecksOptions,
): Promise<Totals> {
  const totals = { pass: 0, warn: 0, fail: 0, skip: 0 };
  let findings = first;
  for (const check of checks) {
    const result = await runOne(check, findings, signal);
    if (result === undefined) break;
    const { status, found, advice } = result;
    findings = { ...findings, ...result.findings };
    totals[status] += 1;
    onResult({ name: check.name, status, found, ...(advice === undefined ? {} : { advice }) });
    if (untilFailure === true && status === "fail") break;
  }
  return totals;
}

/** @returns undefined if it was stopped */
async function runOne(check: Check, findings: Findings, stop: AbortSignal): Promise<CheckResult | undefined> {
  if (stop.aborted) return undefined;
  const { ms, advice } = check.deadline ?? SHORT;
  return withPatience(ms, stop, async (signal) => {
    // Created first, so that a check that rejects when its signal aborts loses the race.
    const ended = aborted(signal);
    const running = check.run(findings, signal);
    // After the deadline its rejection is ignored.
    running.catch(() => undefined);
    const result = await Promise.race([running, ended]);
    if (stop.aborted) return undefined;
    if (result !== undefined) return result;
    return { status: "fail", found: `no result within ${Math.ceil(ms / SECOND_MS)} s`, advice };
  });
}
