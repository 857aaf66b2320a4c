/** An entity tag is announced by the host: longer ones than this are not believed, characters. */
const MAX_TAG_LENGTH = 256;
/** `etagc` of RFC 9110, 8.8.3, without the obsolete octets over 0x7f. */
const OPAQUE = /^[\x21\x23-\x7e]*$/u;

/**
 * The strong entity tag for a header, quotes included, of what the host announced: with or without its quotes. Undefined where it
 * announced none, a weak one (it doesn't promise equal bytes, so ranges can't be joined by it), or no tag at all.
 */
export function strongEntityTag(announced: string | undefined): string | undefined {
  if (announced === undefined || announced.length > MAX_TAG_LENGTH || announced.startsWith("W/")) return undefined;
  const quoted = /^"(.*)"$/u.exec(announced);
  const opaque = quoted?.[1] ?? announced;
  return opaque !== "" && OPAQUE.test(opaque) ? `"${opaque}"` : undefined;
}

/**
 * Whether an If-Range header lets the range count (RFC 9110, 13.1.5): only where it holds this very strong tag. A date
 * never does: nothing here promises that it is a strong validator.
 */
export function ifRangeHolds(header: string | null, tag: string | undefined): boolean {
  return header === null || (tag !== undefined && header.trim() === tag);
}

/** Whether an If-Match header holds (RFC 9110, 13.1.1), by strong comparison. */
export function ifMatchHolds(header: string | null, tag: string | undefined): boolean {
  if (header === null || header.trim() === "*") return true;
  return tag !== undefined && header.split(",").some((candidate) => candidate.trim() === tag);
}
