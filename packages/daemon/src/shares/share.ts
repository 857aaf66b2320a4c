import type { IceServer } from "@rangecast/rtc";
import { computeShareId, deriveJoinToken, formatLink, type Identity, joinHash } from "@rangecast/signal";
import type { FileSource } from "../files/file-source.ts";
import type { ShareKeys } from "../identity/identity-store.ts";
import { nameOf } from "../files/name-of.ts";

/** A file that is shared, for whoever shows it. */
export interface ShareInfo {
  readonly id: string;
  /** What is given to viewers. It holds the secret: whoever has it can watch. */
  readonly link: string;
  readonly path: string;
  /** The name that viewers are told. */
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
  /** As the relay gave them out last. */
  iceServers: readonly IceServer[];
}

export interface ShareOptions {
  readonly source: FileSource;
  readonly path: string;
  readonly name: string | undefined;
  readonly keys: ShareKeys;
  readonly identity: Identity;
  readonly relay: string;
  readonly page: string;
}

/** Works out a share's id, link and join hash (protocol 3.1, points 1 and 2). */
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
      name: nameOf(options.name, source),
      size,
      ...(mediaType === undefined ? {} : { mediaType }),
    },
    keys,
    joinHash: await joinHash(await deriveJoinToken(secret, id)),
    iceServers: [],
  };
}
