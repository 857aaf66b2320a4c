/** Runs checks one after the other, each within its deadline, until all are done or somebody stops it. */
import type { Check, CheckResult, CheckStatus } from "./check.ts";
import type { Findings } from "./findings.ts";

export interface CheckReport {
  readonly name: string;
  readonly status: CheckStatus;
  readonly found: string;
  readonly advice?: string;
}

export type Totals = Readonly<Record<CheckStatus, number>>;

export interface RunChecksOptions {
  readonly findings: Findings;
  /** Ends it at once: nothing more is reported. */
  readonly signal: AbortSignal;
  readonly onResult: (report: CheckReport) => void;
}

const SECOND_MS = 1000;

/** @returns how many ended how; a check that was stopped counts nowhere */
export async function runChecks(checks: readonly Check[], { findings: first, signal, onResult }: RunChecksOptions): Promise<Totals> {
  const totals = { pass: 0, warn: 0, fail: 0, skip: 0 };
  let findings = first;
  for (const check of checks) {
    const result = await runOne(check, findings, signal);
    if (result === undefined) break;
    const { status, found, advice } = result;
    findings = { ...findings, ...result.findings };
    totals[status] += 1;
    onResult({ name: check.name, status, found, ...(advice === undefined ? {} : { advice }) });
  }
  return totals;
}

/** @returns undefined when it was stopped */
async function runOne(check: Check, findings: Findings, stop: AbortSignal): Promise<CheckResult | undefined> {
  if (stop.aborted) return undefined;
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, check.deadlineMs);
  stop.addEventListener("abort", end, { once: true });
  const ended = new Promise<undefined>((resolve) => over.signal.addEventListener("abort", () => resolve(undefined), { once: true }));
  try {
    const running = check.run(findings, over.signal);
    // What it throws once its time is over comes of its end, and is nobody's.
    running.catch(() => undefined);
    const result = await Promise.race([running, ended]);
    if (stop.aborted) return undefined;
    if (result !== undefined) return result;
    return { status: "fail", found: `no result within ${Math.ceil(check.deadlineMs / SECOND_MS)} s`, advice: check.lateAdvice };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", end);
    end();
  }
}
