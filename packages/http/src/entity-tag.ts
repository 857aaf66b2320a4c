/** Longer entity tags of a host are ignored, characters. */
const MAX_TAG_LENGTH = 256;
/** `etagc` of RFC 9110, 8.8.3, without the obsolete octets over 0x7f. */
const OPAQUE = /^[\x21\x23-\x7e]*$/u;

/**
 * The strong entity tag for a header, with quotes.
 * @param announced the host's tag, with or without quotes
 * @returns undefined if there is none, if it is malformed, or if it is weak: a weak tag doesn't guarantee equal bytes, so ranges can't be joined by it
 */
export function strongEntityTag(announced: string | undefined): string | undefined {
  if (announced === undefined || announced.length > MAX_TAG_LENGTH || announced.startsWith("W/")) return undefined;
  const quoted = /^"(.*)"$/u.exec(announced);
  const opaque = quoted?.[1] ?? announced;
  return opaque !== "" && OPAQUE.test(opaque) ? `"${opaque}"` : undefined;
}

/** Whether an If-Range header allows the range (RFC 9110, 13.1.5): only if it is the same strong tag. A date never does, as it may not be a strong validator. */
export function ifRangeHolds(header: string | null, tag: string | undefined): boolean {
  return header === null || (tag !== undefined && header.trim() === tag);
}

/** Whether an If-Match header matches (RFC 9110, 13.1.1), by strong comparison. */
export function ifMatchHolds(header: string | null, tag: string | undefined): boolean {
  if (header === null || header.trim() === "*") return true;
  return tag !== undefined && header.split(",").some((candidate) => candidate.trim() === tag);
}

/** Whether an If-None-Match header lets the request proceed (RFC 9110, 13.1.2), by weak comparison. If not, the client has these bytes already. */
export function ifNoneMatchHolds(header: string | null, tag: string | undefined): boolean {
  if (header === null || tag === undefined) return true;
  if (header.trim() === "*") return false;
  return !header.split(",").some((candidate) => candidate.trim().replace(/^W\//u, "") === tag);
}
