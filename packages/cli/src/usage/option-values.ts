/** What each option's value must look like. A bad one throws commander's InvalidArgumentError, which names the option and ends with the usage code. */
import { InvalidArgumentError } from "commander";
import { UNPRINTABLE } from "../format.ts";

/** Highest number a TCP or UDP port can have (RFC 9293, RFC 768). */
const MAX_PORT = 65_535;
/** Longest display name, bytes of UTF-8: what file systems allow for a name. */
const MAX_NAME_BYTES = 255;
const TURN_PATTERN = /^(?:turns?:)?(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i;
const STUN_PATTERN = /^(?:stuns?:)?(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i;

/** A TCP port to listen on; 0 asks the system for any that is free. */
export function parsePort(text: string): number {
  return wholeNumber(text, 0, "A port is a whole number from 0 (any that is free) to 65535.");
}

/** The UDP port of all streams. */
export function parseUdpPort(text: string): number {
  return wholeNumber(text, 1, "A UDP port is a whole number from 1 to 65535.");
}

function wholeNumber(text: string, min: number, hint: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= min && port <= MAX_PORT)) throw new InvalidArgumentError(hint);
  return port;
}

/** The path of a file or folder. An empty one mostly comes of a variable in a script that is not set. */
export function parsePath(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty: give a path.");
  return text;
}

/** A host to listen on: an IP address or a name, without scheme, port or brackets. */
export function parseHost(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (!/^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*(?:%\w+)?)$/i.test(host)) {
    throw new InvalidArgumentError("Give an address or a host name alone, such as 0.0.0.0 or films.example.org.");
  }
  return host;
}

/** The display name that viewers see instead of the file's own. */
export function parseName(text: string): string {
  const name = text.trim();
  if (name === "") throw new InvalidArgumentError("The name must not be empty.");
  if (name.search(UNPRINTABLE) >= 0) throw new InvalidArgumentError("The name must not hold control characters.");
  if (/[/\\]/.test(name)) throw new InvalidArgumentError("The name is a file's name, not a path: no / or \\.");
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new InvalidArgumentError(`The name must not be longer than ${MAX_NAME_BYTES} bytes.`);
  return name;
}

/** The name that a fetched file is saved under. The user's own word, so it may be hidden, but it stays in its folder. */
export function parseSaveName(text: string): string {
  const name = parseName(text);
  if (name === "." || name === "..") throw new InvalidArgumentError("The name is a file's name, not a folder's.");
  return name;
}

/** A relay's origin, normalised: scheme, host and port, nothing else. */
export function parseOrigin(text: string): string {
  const url = webUrl(text);
  if (url.pathname !== "/") throw new InvalidArgumentError("Give scheme, host and port alone, such as https://relay.example.org.");
  return url.origin;
}

/** Where the page is served: an origin, or an origin and a path, without a slash at the end. */
export function parsePage(text: string): string {
  const url = webUrl(text);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:") || url.hostname === "") {
    throw new InvalidArgumentError("Give a whole address, such as https://relay.example.org.");
  }
  if (url.username !== "" || url.password !== "") throw new InvalidArgumentError("The address must not carry a user name or password.");
  if (url.search !== "" || url.hash !== "") throw new InvalidArgumentError("The address must not carry anything after ? or #.");
  return url;
}

/** One more STUN server, as `stun:host:port`; the scheme may be left out. */
export function collectStun(text: string, before: readonly string[] = []): string[] {
  if (!STUN_PATTERN.test(text)) throw new InvalidArgumentError("A STUN server looks like stun:stun.example.org:3478.");
  return [...before, /^stuns?:/i.test(text) ? text : `stun:${text}`];
}

/** One more address of a TURN server, as `turn:host:port`, with `?transport=tcp` where UDP is to be avoided; the scheme may be left out. */
export function collectTurn(text: string, before: readonly string[] = []): string[] {
  if (!TURN_PATTERN.test(text))
    throw new InvalidArgumentError("A TURN server looks like turn:turn.example.org:3478, or turn:turn.example.org:3478?transport=tcp.");
  return [...before, /^turns?:/i.test(text) ? text : `turn:${text}`];
}

/** One more API key of a relay in plain mode. */
export function collectKey(text: string, before: readonly string[] = []): string[] {
  if (!isKey(text)) throw new InvalidArgumentError(KEY_HINT);
  return [...before, text];
}

/** The keys of RANGECAST_RELAY_KEYS, parted by commas or white space. */
export function parseKeys(text: string): string[] {
  return text.split(/[\s,]+/).filter((key) => key !== "");
}

/** What a key may be: something a Bearer header can carry (RFC 6750, section 2.1), long enough not to be guessed. */
export function isKey(text: string): boolean {
  return /^[A-Za-z0-9._~+/-]{16,512}=*$/.test(text);
}

export const KEY_HINT = "A key is 16 to 512 letters, digits or . _ ~ + / - characters.";
