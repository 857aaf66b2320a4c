/** What `rangecast list` prints: a paragraph for each share, or a line of JSON. */
import type { ShareRecord } from "@rangecast/daemon";
import type { Colors } from "picocolors/types.js";
import { printable, printablePath } from "../format.ts";
import { termsLine } from "../share/link-terms.ts";
import { count } from "../share/report/viewer-table.ts";
import { nameOf } from "./known-links.ts";

/** A link, and what the processes that share it say. */
export interface ListedShare {
  readonly record: ShareRecord;
  /** Number of viewers; undefined: no process shares it now. */
  readonly viewers: number | undefined;
}

export function shareText({ record, viewers }: ListedShare, colors: Colors): string {
  const { request, link, id } = record;
  const state = stateOf({ record, viewers });
  const limits = limitsOf(record);
  const lines = [
    `${colors.bold(printable(nameOf(record)))}  ${viewers === undefined ? colors.dim(state) : colors.green(state)}`,
    `  ${link === undefined ? `${id} (its link is shown again when it is shared)` : colors.cyan(link)}`,
    ...(limits === "" ? [] : [`  ${limits}`]),
    ...request.path.map((path) => colors.dim(`  ${printablePath(path)}`)),
  ];
  return lines.join("\n");
}

/** Empty without terms. */
function limitsOf({ terms: { expiresMs, ...counts }, downloads, isFolder }: ShareRecord): string {
  const expires = expiresMs === undefined ? {} : { expires: new Date(expiresMs).toISOString() };
  return termsLine({ ...expires, ...counts, downloads, ...(isFolder ? { folder: true as const } : {}) });
}

function stateOf({ record: { keep, ended }, viewers }: ListedShare): string {
  if (ended !== undefined) return ENDED[ended];
  if (viewers === undefined) return keep ? "kept, not running" : "not running";
  return `${keep ? "shared in the background" : "shared"}, ${viewers === 0 ? "no viewer" : count(viewers)}`;
}

const ENDED: Readonly<Record<NonNullable<ShareRecord["ended"]>, string>> = {
  expired: "expired",
  "used-up": "downloaded as often as allowed",
  revoked: "taken back",
};

/** One object, without what is unknown. Times are in ISO 8601. */
export function shareJson({ record, viewers }: ListedShare): object {
  const { id, link, request, isFolder, terms, createdMs, usedMs, downloads, keep, ended } = record;
  const { expiresMs, ...counts } = terms;
  return {
    id,
    link,
    name: nameOf(record),
    paths: request.path,
    folder: isFolder,
    running: viewers !== undefined,
    viewers,
    keep,
    ended,
    created: isoOf(createdMs),
    lastShared: isoOf(usedMs),
    expires: expiresMs === undefined ? undefined : isoOf(expiresMs),
    ...counts,
    downloads: counts.maxDownloads === undefined ? undefined : downloads,
  };
}

function isoOf(ms: number): string | undefined {
  return ms === 0 ? undefined : new Date(ms).toISOString();
}
