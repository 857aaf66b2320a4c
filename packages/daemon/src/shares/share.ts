import type { IceServer } from "@rangecast/rtc";
import { deriveJoinToken, formatLink, joinHash } from "@rangecast/signal";
import { displayNameOf } from "../resources/resource.ts";
import type { ShareKeys } from "../identity/share-keys.ts";
import type { HeldLink } from "../identity/share-records.ts";
import type { DownloadGate } from "../terms/download-gate.ts";
import type { LinkEnd, ShareTerms } from "../terms/share-terms.ts";
import type { ShareContent } from "./share-content.ts";

/** A shared file or folder, for display. */
export interface ShareInfo {
  readonly id: string;
  /** The link for viewers. It contains the secret: everybody who has it can read what is shared. */
  readonly link: string;
  /** Absolute; several paths are joined by a comma. */
  readonly path: string;
  /** The name sent to viewers. */
  readonly name: string;
  /** Bytes, when it was shared; 0 for a folder. */
  readonly size: number;
  readonly mediaType?: string;
  /** Whether viewers see a folder: one was shared, or several paths. */
  readonly isFolder: boolean;
  readonly terms: ShareTerms;
  /** Whole downloads of its files before it was shared now. Counted only for a share with `maxDownloads`. */
  readonly downloads: number;
  /** Why the link that the same paths had before no longer works, if it was found so now. */
  readonly replaces?: LinkEnd;
}

/** A share with what the daemon needs to serve it. */
export interface Share {
  readonly info: ShareInfo;
  readonly content: ShareContent;
  readonly keys: ShareKeys;
  readonly joinHash: string;
  /** Counts downloads; undefined if their number is not limited. */
  readonly gate: DownloadGate | undefined;
  /** The ICE servers that the relay sent last. */
  iceServers: readonly IceServer[];
}

export interface ShareOptions {
  readonly content: ShareContent;
  readonly name: string | undefined;
  readonly held: HeldLink;
  readonly gate: DownloadGate | undefined;
  readonly relay: string;
  readonly page: string;
}

/** Derives a share's id, link and join hash (PROTOCOL.md, section 5). */
export async function createShare(options: ShareOptions): Promise<Share> {
  const { content, held, gate, relay, page } = options;
  const { id, keys, terms, downloads, replaces } = held;
  const { secret } = keys;
  const { path, size, mediaType, isFolder } = content;
  return {
    info: {
      id,
      link: formatLink({ page, relay, shareId: id, secret }),
      path,
      name: displayNameOf(options.name, content),
      size,
      ...(mediaType === undefined ? {} : { mediaType }),
      isFolder,
      terms,
      downloads: downloads.whole,
      ...(replaces === undefined ? {} : { replaces }),
    },
    content,
    keys,
    gate,
    joinHash: await joinHash(await deriveJoinToken(secret, id)),
    iceServers: [],
  };
}
