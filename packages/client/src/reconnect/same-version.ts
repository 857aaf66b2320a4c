import type { FileFacts } from "../session/file-facts.ts";

/** Longest validator that is believed, characters: it is the host's word. */
const MAX_TAG_LENGTH = 256;

/**
 * Whether two sessions serve the same bytes: only where both announce the same strong validator (RFC 9110, 8.8.1). Without one they never do: size and
 * name prove nothing.
 */
export function sameVersion(one: FileFacts, other: FileFacts): boolean {
  return hasValidator(one) && one.etag === other.etag && one.size === other.size;
}

/** Whether a session's bytes can be told from those of another version. A validator of a file doesn't vouch for what is transcoded from it. */
export function hasValidator({ etag, provisional }: FileFacts): boolean {
  return provisional !== true && etag !== undefined && etag !== "" && etag.length <= MAX_TAG_LENGTH && !etag.startsWith("W/");
}
