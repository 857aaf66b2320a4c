/** The field `&relay=` behind a link's secret. It has no fixed length, so what people paste behind it is told apart by its characters. */
import { LinkError } from "./link-error.ts";
import { readings } from "./pasted-text.ts";
import { addressOf, httpUrl } from "./web-address.ts";

const FIELD = /&(?:amp;)?relay=([^\s&"'<>(){}|`*\u0080-\u{10ffff}]*)/u;
/** Ends of sentences, brackets and markup. {@link formatRelayField} encodes these at the end of an address. */
const TRAILING = /[.,;:!?~_/-]+$/u;
/** What follows a line break and can be the rest of the field: what it is made of when percent-encoded. */
const CONTINUED = /^[a-z\dA-F.:%&=-]+$/u;
const HOST = /^(?:[a-z\d._-]+|\[[\da-f:.]+\])$/u;
const FOREIGN = /[^\w.~:/[\]%-]/u;
/** What encodeURIComponent leaves as it is, though it is markup or punctuation. */
const UNENCODED = /[!'()*]|[-._~]$/gu;

/**
 * The relay's address, without a slash at the end; undefined where the field isn't there.
 * @param text what follows the secret
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

/** Up to the first white space. Lines behind it belong to it where each is one run of what the field is made of: then the line was wrapped. */
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
  if (url === undefined) throw new LinkError("bad-relay", "the link's relay is no http or https address");
  return addressOf(url);
}

/** Until it looks like an address: it may have been encoded more than once. */
function decode(text: string): string {
  let decoded = text;
  for (const reading of readings(text)) {
    decoded = reading;
    if (/^https?:\/\//iu.test(decoded)) break;
  }
  return decoded;
}

/** An address of plain characters, with a host that can be one. */
function plainUrl(text: string): URL | undefined {
  const url = /^[\x21-\x7e]+$/u.test(text) ? httpUrl(text) : undefined;
  return url !== undefined && HOST.test(url.hostname) ? url : undefined;
}
