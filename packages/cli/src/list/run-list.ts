/** `rangecast list`: what this user shares on this computer, running or not. */
import type { Context } from "../context.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { openKnownLinks } from "./known-links.ts";
import { type ListedShare, shareJson, shareText } from "./list-text.ts";
import { runningShares } from "./running-shares.ts";

export interface ListFlags {
  readonly json?: boolean;
  /** Those, too, whose link has ended. */
  readonly all?: boolean;
}

/** @throws CliError `bad-config` */
export async function runList({ json, all }: ListFlags, context: Context): Promise<ExitCode> {
  const { terminal, colors } = context;
  const links = await openKnownLinks();
  const running = links === undefined ? undefined : await runningShares(context);
  const records = (await links?.list()) ?? [];
  const shares: ListedShare[] = records
    .filter(({ ended }) => all === true || ended === undefined)
    .map((record) => ({ record, viewers: running?.get(record.id)?.viewers }));
  if (json === true) for (const share of shares) terminal.print(JSON.stringify(shareJson(share)));
  else terminal.print(shares.length === 0 ? NOTHING : shares.map((share) => shareText(share, colors)).join("\n\n"));
  return exitCodeOf("ok");
}

const NOTHING = "Nothing is shared. To share something: rangecast share PATH";
