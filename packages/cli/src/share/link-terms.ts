/** The terms of a link: its options, and what is said of them. */
import type { LinkEnd, ShareInfo, TermsChange } from "@rangecast/daemon";
import { CliError } from "../failure/cli-error.ts";
import { formatDuration } from "../format.ts";
import type { TermValue } from "../usage/term-values.ts";
import type { ReadyEvent } from "./report/share-event.ts";

/** The options, as commander parses them. */
export interface TermFlags {
  /** Milliseconds since 1970. */
  readonly expires?: TermValue;
  readonly maxViewers?: TermValue;
  readonly maxDownloads?: TermValue;
}

const NO_LAN_TERMS =
  "--lan serves the file at an address of its own, to which the terms of the link don't apply: leave out --lan, or --expires, --max-viewers and --max-downloads.";

/** @throws CliError `usage` together with --lan */
export function termsOf({ expires: expiresMs, maxViewers, maxDownloads, lan }: TermFlags & { readonly lan?: boolean }): TermsChange {
  const limits = [expiresMs, maxViewers, maxDownloads].filter((value) => value !== undefined && value !== "none");
  if (lan === true && limits.length > 0) throw new CliError("usage", NO_LAN_TERMS);
  return { expiresMs, maxViewers, maxDownloads };
}

/** The fields of `ready`: the terms that apply, whether they were given now or before. */
export function readyTerms({
  terms: { expiresMs, ...counts },
  downloads,
}: ShareInfo): Pick<ReadyEvent, "expires" | "maxViewers" | "maxDownloads" | "downloads"> {
  return {
    ...(expiresMs === undefined ? {} : { expires: new Date(expiresMs).toISOString() }),
    ...counts,
    ...(counts.maxDownloads === undefined ? {} : { downloads }),
  };
}

const REPLACED: Readonly<Record<LinkEnd, string>> = {
  expired: "The link from before has expired. This is a new one.",
  "used-up": "The link from before is used up. This is a new one.",
  revoked: "The link from before was taken back. This is a new one.",
};

/** What the user should know. @param usesLan whether the file is served in the local network as well */
export function termNotices({ replaces, terms }: ShareInfo, usesLan: boolean): string[] {
  const limited = Object.keys(terms).length > 0;
  return [
    ...(replaces === undefined ? [] : [REPLACED[replaces]]),
    ...(usesLan && limited ? ["The terms of the link don't apply to the address in the local network."] : []),
  ];
}

type Terms = Pick<ReadyEvent, "expires" | "maxViewers" | "maxDownloads" | "downloads" | "folder">;

/** `Expires in 2 h (31 Dec 2026, 18:00) · 1 viewer at once · 3 downloads (1 taken)`; empty without terms. */
export function termsLine({ expires, maxViewers, maxDownloads, downloads = 0, folder }: Terms, nowMs: number = Date.now()): string {
  const parts: string[] = [];
  if (expires !== undefined) parts.push(`Expires in ${formatDuration((Date.parse(expires) - nowMs) / 1000)} (${dateText(expires)})`);
  if (maxViewers !== undefined) parts.push(maxViewers === 1 ? "1 viewer at once" : `up to ${maxViewers} viewers at once`);
  if (maxDownloads !== undefined) {
    const what = maxDownloads === 1 ? "1 download" : `${maxDownloads} downloads`;
    const taken = downloads === 0 ? "" : folder === true ? ` (${downloads} so far)` : ` (${downloads} taken)`;
    parts.push(folder === true ? `${what} of each file${taken}` : `${what}${taken}`);
  }
  return parts.join(" · ");
}

function dateText(iso: string): string {
  return new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
