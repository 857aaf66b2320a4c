import { toBase64url } from "@rangecast/signal";
import { sameText, sha256 } from "./tokens.ts";

/** Whether a token is one of the keys for plain mode; without keys there is no plain mode. */
export type IsApiKey = (token: string) => Promise<boolean>;

/** Compares hashes of the keys, so that the time it takes does not even depend on their lengths. */
export function createApiKeys(keys: readonly string[]): IsApiKey {
  const hashes = Promise.all(keys.map(hashOf));
  return async (token) => {
    const hash = await hashOf(token);
    // Compares all keys, even after a match.
    const matches = (await hashes).map((known) => sameText(known, hash));
    return matches.includes(true);
  };
}

async function hashOf(key: string): Promise<string> {
  return toBase64url(await sha256(key));
}
