import type { IceServer } from "@rangecast/rtc";
import { computeShareId, deriveJoinToken, formatLink, type Identity, joinHash } from "@rangecast/signal";
import { displayNameOf, type Resource } from "../resources/resource.ts";
import type { ShareKeys } from "../identity/identity-store.ts";

/** A shared file, for display. */
export interface ShareInfo {
  readonly id: string;
  /** The link for viewers. It contains the secret: everybody who has it can read the file. */
  readonly link: string;
  readonly path: string;
  /** The name sent to viewers. */
  readonly name: string;
  /** Bytes, when it was shared. */
  readonly size: number;
  readonly mediaType?: string;
}

/** A share with what the daemon needs to serve it. */
export interface Share {
  readonly info: ShareInfo;
  readonly keys: ShareKeys;
  readonly joinHash: string;
  /** The ICE servers that the relay sent last. */
  iceServers: readonly IceServer[];
}

export interface ShareOptions {
  readonly source: Resource;
  readonly path: string;
  readonly name: string | undefined;
  readonly keys: ShareKeys;
  readonly identity: Identity;
  readonly relay: string;
  readonly page: string;
}

/** Derives a share's id, link and join hash (PROTOCOL.md, section 5). */
export async function createShare(options: ShareOptions): Promise<Share> {
  const { source, path, keys, identity, relay, page } = options;
  const { secret, nonce } = keys;
  const id = await computeShareId(identity.publicKey, nonce);
  const { size, mediaType } = source;
  return {
    info: {
      id,
      link: formatLink({ page, relay, shareId: id, secret }),
      path,
      name: displayNameOf(options.name, source),
      size,
      ...(mediaType === undefined ? {} : { mediaType }),
    },
    keys,
    joinHash: await joinHash(await deriveJoinToken(secret, id)),
    iceServers: [],
  };
}
