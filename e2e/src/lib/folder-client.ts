/** The client in Node, as a test reads a shared folder with it. */
import { type FolderList, openShare, type ReconnectingFile } from "@rangecast/client";
import { createPeerConnection } from "@rangecast/rtc-node";
import { onTestFinished } from "vitest";

/** A path or name as bytes, from Latin-1: `\xe9` is a byte that is no UTF-8. */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

/** Connects to a share until the test ends. */
export async function connectTo(link: string): Promise<ReconnectingFile> {
  const share = openShare(link, { createPeerConnection, firstFailure: "throw" });
  onTestFinished(() => share.close());
  await share.opened();
  return share;
}

/** Names of a list, those of folders with a slash. */
export function namesIn({ entries }: FolderList): string[] {
  return entries.map(({ name, kind }) => Buffer.from(name).toString("latin1") + (kind === "folder" ? "/" : ""));
}

/** The content of a file, as Latin-1. */
export async function contentOf(share: ReconnectingFile, path: string): Promise<string> {
  const file = await share.open(latin1(path));
  try {
    return Buffer.from(await file.read({})).toString("latin1");
  } finally {
    file.close();
  }
}
