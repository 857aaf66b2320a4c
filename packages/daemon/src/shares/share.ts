import type { IceServer } from "@rangecast/rtc";
import { computeShareId, deriveJoinToken, formatLink, type Identity, joinHash } from "@rangecast/signal";
import { displayNameOf } from "../resources/resource.ts";
import type { ShareKeys } from "../identity/identity-store.ts";
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
}

/** A share with what the daemon needs to serve it. */
export interface Share {
  readonly info: ShareInfo;
  readonly content: ShareContent;
  readonly keys: ShareKeys;
  readonly joinHash: string;
  /** The ICE servers that the relay sent last. */
  iceServers: readonly IceServer[];
}

export interface ShareOptions {
  readonly content: ShareContent;
  readonly name: string | undefined;
  readonly keys: ShareKeys;
  readonly identity: Identity;
  readonly relay: string;
  readonly page: string;
}

/** Derives a share's id, link and join hash (PROTOCOL.md, section 5). */
export async function createShare(options: ShareOptions): Promise<Share> {
  const { content, keys, identity, relay, page } = options;
  const { secret, nonce } = keys;
  const id = await computeShareId(identity.publicKey, nonce);
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
    },
    content,
    keys,
    joinHash: await joinHash(await deriveJoinToken(secret, id)),
    iceServers: [],
  };
}
