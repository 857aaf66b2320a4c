import { DaemonError } from "../daemon-error.ts";

/** The limits of a link. A limit that is absent doesn't apply. */
export interface ShareTerms {
  /** When the link stops working, milliseconds since 1970. */
  readonly expiresMs?: number;
  /** Maximum number of viewers at once. */
  readonly maxViewers?: number;
  /** How often each file may be downloaded in total. */
  readonly maxDownloads?: number;
}

/** Terms to set for a link: `none` removes a limit, and what is absent stays as it is. */
export type TermsChange = { readonly [Term in keyof ShareTerms]?: number | "none" | undefined };

/** Why a link has ended, for good: its time is over, its file was downloaded as often as allowed, or the host took it back. */
export type LinkEnd = "expired" | "used-up" | "revoked";

const TERMS = ["expiresMs", "maxViewers", "maxDownloads"] as const satisfies readonly (keyof ShareTerms)[];

/** @throws {DaemonError} `bad-terms` for what is no whole number above 0 */
export function changeTerms(terms: ShareTerms, change: TermsChange): ShareTerms {
  const changed: { -readonly [Term in keyof ShareTerms]: ShareTerms[Term] } = { ...terms };
  for (const term of TERMS) {
    const value = change[term];
    if (value === undefined) continue;
    if (value === "none") delete changed[term];
    else if (isLimit(value)) changed[term] = value;
    else throw new DaemonError("bad-terms", `${term} must be a whole number above 0`);
  }
  return changed;
}

/** Terms as they were stored. @returns undefined if they are damaged: a limit must not get lost */
export function readTerms(stored: unknown): ShareTerms | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const values = Object.entries(stored);
  const known = values.every(([term, value]) => TERMS.some((each) => each === term) && isLimit(value));
  return known ? Object.fromEntries(values) : undefined;
}

/** Whether the link's time is over. @param nowMs milliseconds since 1970 */
export function isExpired({ expiresMs }: ShareTerms, nowMs: number = Date.now()): boolean {
  return expiresMs !== undefined && nowMs >= expiresMs;
}

function isLimit(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
