/** `rangecast revoke` and `rangecast stop`: take a share back from any terminal, for good or until it is shared again. */
import type { ShareRecord, ShareRecords } from "@rangecast/daemon";
import { LinkError, parseLink } from "@rangecast/signal";
import type { Context } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { printable } from "../format.ts";
import { nameOf, openKnownLinks } from "../list/known-links.ts";
import { takeBack } from "../list/running-shares.ts";

export interface RevokeFlags {
  readonly json?: boolean;
}

/** The link never works again. @throws CliError `bad-link`, `bad-config` */
export async function runRevoke(text: string, { json }: RevokeFlags, context: Context): Promise<ExitCode> {
  const { links, record } = await findLink(text);
  const { id } = record;
  // First where it is served, so that its viewers are told.
  await takeBack(id, { reason: "revoked", message: "The link was taken back with rangecast revoke. It never works again." }, context);
  await links.revoke(id);
  const words = `The link of ${printable(nameOf(record))} never works again. Sharing it again makes a new link.`;
  context.terminal.print(json === true ? JSON.stringify({ event: "revoked", id, name: nameOf(record) }) : words);
  return exitCodeOf("ok");
}

/** The share ends, and is no longer kept. Its link works again when it is shared again. @throws CliError `bad-link`, `bad-config` */
export async function runStop(text: string, { json }: RevokeFlags, context: Context): Promise<ExitCode> {
  const { links, record } = await findLink(text);
  const { id } = record;
  // First, so that the service doesn't begin again.
  if (record.keep) await forgetKeeping(links, record);
  const found = await takeBack(id, { reason: "stopped", message: "Stopped with rangecast stop." }, context);
  if (!found && !record.keep)
    throw new CliError("host-offline", `${printable(nameOf(record))} is not being shared now. To see what is: rangecast list`);
  const words = `${printable(nameOf(record))} is no longer shared. The link works again when it is shared again.`;
  context.terminal.print(json === true ? JSON.stringify({ event: "stopped", id, name: nameOf(record) }) : words);
  return exitCodeOf("ok");
}

interface Found {
  readonly links: ShareRecords;
  readonly record: ShareRecord;
}

/** @param text a link, or an id */
async function findLink(text: string): Promise<Found> {
  const links = await openKnownLinks();
  const id = idOf(text);
  const record = (await links?.list())?.find((known) => known.id === id);
  if (links === undefined || record === undefined)
    throw new CliError("bad-link", "This computer shares nothing with this link or id. To see what it shares: rangecast list");
  if (record.ended !== undefined) throw new CliError("bad-link", "This link has ended already. To see what is shared: rangecast list");
  return { links, record };
}

function idOf(text: string): string {
  try {
    return parseLink(text).shareId;
  } catch (error) {
    if (error instanceof LinkError) return text.trim();
    throw error;
  }
}

async function forgetKeeping(links: ShareRecords, { request, isFolder, link }: ShareRecord): Promise<void> {
  if (link === undefined) return;
  const { page, relay } = parseLink(link);
  await links.hold(request.path.join("\0"), { request, isFolder, page, relay, keep: false });
}
