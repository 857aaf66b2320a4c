/* The field `&relay=` after a link's secret. It has no fixed length, so its end is found by the characters that can't be part of it (L-13). */
import { LinkError } from "./link-error.ts";
import { readings } from "./pasted-text.ts";
import { addressOf, httpUrl } from "./web-address.ts";

const FIELD = /&(?:amp;)?relay=([^\s&"'<>(){}|`*\u0080-\u{10ffff}]*)/u;
/** Punctuation and markup after an address. {@link formatRelayField} encodes these characters at the end of an address. */
const TRAILING = /[.,;:!?~_/-]+$/u;
/** A line that can be the rest of a wrapped field: only characters of a percent-encoded address. */
const CONTINUED = /^[a-z\dA-F.:%&=-]+$/u;
const HOST = /^(?:[a-z\d._-]+|\[[\da-f:.]+\])$/u;
const FOREIGN = /[^\w.~:/[\]%-]/u;
/** Markup and punctuation that encodeURIComponent does not encode. */
const UNENCODED = /[!'()*]|[-._~]$/gu;

/**
 * The relay's address, without a slash at the end; undefined if there is no such field.
 * @param text the text after the secret
 * @throws {LinkError} `bad-relay`
 */
export function readRelayField(text: string): string | undefined {
  for (const reading of readings(firstRun(text))) {
    const value = FIELD.exec(reading)?.[1];
    if (value !== undefined) return readAddress(value);
  }
  return undefined;
}

/** @param address scheme, host, port and path */
export function formatRelayField(address: string): string {
  return `&relay=${encodeURIComponent(address).replace(UNENCODED, encodeCharacter)}`;
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** The text up to the first white space, joined with the following lines if all of them look like parts of a wrapped field. */
function firstRun(text: string): string {
  const [first = "", ...more] = text.split("\n");
  const run = first.split(/\s/u, 1)[0] ?? "";
  const wrapped = run === first && more.every((line) => CONTINUED.test(line));
  return wrapped ? run + more.join("") : run;
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
