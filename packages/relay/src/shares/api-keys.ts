import { base64url, sameText, sha256 } from "./tokens.ts";

/** The keys for plain mode. Compared by their hashes, so that the time it takes does not even depend on their lengths. */
export interface ApiKeys {
  /** Whether there are any keys, that is, a plain mode. */
  readonly any: boolean;
  has(token: string): Promise<boolean>;
}

export function createApiKeys(keys: readonly string[]): ApiKeys {
  const hashes = Promise.all(keys.map(hashOf));
  return {
    any: keys.length > 0,
    has: async (token) => {
      const hash = await hashOf(token);
      // Compares all keys, even after a match.
      const matches = (await hashes).map((known) => sameText(known, hash));
      return matches.includes(true);
    },
  };
}

async function hashOf(key: string): Promise<string> {
  return base64url(await sha256(key));
}
