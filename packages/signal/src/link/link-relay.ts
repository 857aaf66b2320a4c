/* The field `&relay=` after a link's secret (L-13). */
import { LinkError } from "./link-error.ts";
import { fieldIn, TRAILING } from "./link-fields.ts";
import { readings } from "./pasted-text.ts";
import { addressOf, httpUrl } from "./web-address.ts";

const HOST = /^(?:[a-z\d._-]+|\[[\da-f:.]+\])$/u;
const FOREIGN = /[^\w.~:/[\]%-]/u;
/** Markup and punctuation that encodeURIComponent does not encode. */
const UNENCODED = /[!'()*]|[-._~]$/gu;

/**
 * The relay's address, without a slash at the end; undefined if there is no such field.
 * @param fields see {@link readFields}
 * @throws {LinkError} `bad-relay`
 */
export function readRelayField(fields: string): string | undefined {
  const value = fieldIn(fields, "relay");
  return value === undefined ? undefined : readAddress(value.text);
}

/** {@link TRAILING} characters at the end are encoded. @param address scheme, host, port and path */
export function formatRelayField(address: string): string {
  return `&relay=${encodeURIComponent(address).replace(UNENCODED, encodeCharacter)}`;
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function readAddress(value: string): string {
  let text = value.replace(TRAILING, "");
  if (!text.includes("[")) text = text.replace(/\]+$/u, "").replace(TRAILING, "");
  const decoded = decode(text);
  const url = plainUrl(decoded) ?? plainUrl(decoded.split(FOREIGN, 1)[0]?.replace(TRAILING, "") ?? "");
  if (url === undefined) throw new LinkError("bad-relay", "the link's relay is not an http or https address");
  return addressOf(url);
}

/** Decodes until the text looks like an address: it may have been percent-encoded more than once. */
function decode(text: string): string {
  let decoded = text;
  for (const reading of readings(text)) {
    decoded = reading;
    if (/^https?:\/\//iu.test(decoded)) break;
  }
  return decoded;
}

/** The URL, if it consists of printable ASCII and has a plausible host. */
function plainUrl(text: string): URL | undefined {
  const url = /^[\x21-\x7e]+$/u.test(text) ? httpUrl(text) : undefined;
  return url !== undefined && HOST.test(url.hostname) ? url : undefined;
}
