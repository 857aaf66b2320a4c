/** Parses the values of options. An invalid one throws commander's InvalidArgumentError, which names the option and exits with the usage code. */
import { isIP, isIPv4 } from "node:net";
import { domainToASCII } from "node:url";
import { InvalidArgumentError } from "commander";
import { UNPRINTABLE } from "../format.ts";

/** Highest TCP or UDP port (RFC 9293, RFC 768). */
const MAX_PORT = 65_535;
/** Longest display name, bytes of UTF-8: the limit of most file systems. */
const MAX_NAME_BYTES = 255;
/** Longest glob, characters: as long as paths in general use. */
const MAX_GLOB_LENGTH = 1000;
/** Longest domain name, characters (RFC 1035, 2.3.4). */
const MAX_DOMAIN_LENGTH = 253;
/** Names of one certificate: Let's Encrypt allows 100, and each is checked at every renewal. */
const MAX_DOMAINS = 20;
const TURN_PATTERN = /^(?:turns?:)?(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i;
const STUN_PATTERN = /^(?:stuns?:)?(?:\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/i;

/** A TCP port to listen on; 0 asks the system for a free one. */
export function parsePort(text: string): number {
  return wholeNumber(text, 0, "A port is a whole number from 0 (any free port) to 65535.");
}

/** The UDP port of all connections. */
export function parseUdpPort(text: string): number {
  return wholeNumber(text, 1, "A UDP port is a whole number from 1 to 65535.");
}

/** A TCP or UDP port that others must know, so it can't be any free one. */
export function parseFixedPort(text: string): number {
  return wholeNumber(text, 1, "A port is a whole number from 1 to 65535.");
}

function wholeNumber(text: string, min: number, hint: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= min && port <= MAX_PORT)) throw new InvalidArgumentError(hint);
  return port;
}

/** The path of a file or folder. An empty one usually comes from an unset variable in a script. */
export function parsePath(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty: give a path.");
  return text;
}

/** A host to listen on: an IP address or a name, without scheme, port or brackets. */
export function parseHost(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (!/^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*(?:%\w+)?)$/i.test(host)) {
    throw new InvalidArgumentError("Give only an address or a host name, such as 0.0.0.0 or films.example.org.");
  }
  return host;
}

/** An IPv4 address of this computer in the local network. */
export function parseLanHost(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError("Give an IPv4 address of this computer, such as 192.168.1.5.");
  return text;
}

/** A player: a program, with options separated by spaces. */
export function parsePlayer(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty: give a program, such as mpv.");
  return text;
}

/** The name that viewers see instead of the file's own name. */
export function parseName(text: string): string {
  const name = text.trim();
  if (name === "") throw new InvalidArgumentError("The name must not be empty.");
  if (name.search(UNPRINTABLE) >= 0) throw new InvalidArgumentError("The name must not contain control characters.");
  if (/[/\\]/.test(name)) throw new InvalidArgumentError("Give a file name, not a path: it must not contain / or \\.");
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new InvalidArgumentError(`The name must not be longer than ${MAX_NAME_BYTES} bytes.`);
  return name;
}

/** The name to save a downloaded file under. The user chose it, so it may be hidden, but it can't name another folder. */
export function parseSaveName(text: string): string {
  const name = parseName(text);
  if (name === "." || name === "..") throw new InvalidArgumentError("Give a file name, not a folder's.");
  return name;
}

/** A relay's origin, normalised: scheme, host and port, nothing else. */
export function parseOrigin(text: string): string {
  const url = webUrl(text);
  if (url.pathname !== "/") throw new InvalidArgumentError("Give only scheme, host and port, such as https://relay.example.org.");
  return url.origin;
}

/** Where the page is served: an origin with an optional path, without a trailing slash. */
export function parsePage(text: string): string {
  const url = webUrl(text);
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function webUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:") || url.hostname === "") {
    throw new InvalidArgumentError("Give a whole address, such as https://relay.example.org.");
  }
  if (url.username !== "" || url.password !== "") throw new InvalidArgumentError("The address must not contain a user name or password.");
  if (url.search !== "" || url.hash !== "") throw new InvalidArgumentError("The address must not contain ? or #.");
  return url;
}

/** Adds a domain name that a CA can certify, in ASCII (RFC 5890). */
export function collectDomain(text: string, before: readonly string[] = []): string[] {
  const name = domainToASCII(text.trim().replace(/\.$/u, ""));
  if (
    isIP(name) !== 0 ||
    name.length > MAX_DOMAIN_LENGTH ||
    !/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/u.test(name)
  ) {
    throw new InvalidArgumentError("Give a domain name that leads to this computer, such as relay.example.org.");
  }
  if (before.length >= MAX_DOMAINS && !before.includes(name)) throw new InvalidArgumentError(`Give at most ${MAX_DOMAINS} names.`);
  return [...new Set([...before, name])];
}

/** An e-mail address, as it goes into a mailto URL (RFC 6068). */
export function parseEmail(text: string): string {
  if (!/^[^\s@,;?&#%<>"]+@[^\s@,;?&#%<>"]+\.[^\s@,;?&#%<>"]+$/u.test(text)) {
    throw new InvalidArgumentError("An e-mail address looks like admin@example.org.");
  }
  return text;
}

/** The directory of a CA (RFC 8555, 7.1.1). */
export function parseDirectory(text: string): string {
  const url = webUrl(text);
  if (url.protocol !== "https:") throw new InvalidArgumentError("A CA's directory has an https address.");
  return url.href;
}

/** Adds a STUN server, as `stun:host:port`; the scheme is optional. @param before false after `--no-stun` */
export function collectStun(text: string, before: readonly string[] | false = []): string[] {
  if (!STUN_PATTERN.test(text)) throw new InvalidArgumentError("A STUN server looks like stun:stun.example.org:3478.");
  return [...(before === false ? [] : before), /^stuns?:/i.test(text) ? text : `stun:${text}`];
}

/** Adds an address of a TURN server, as `turn:host:port`, with `?transport=tcp` to use TCP; the scheme is optional. */
export function collectTurn(text: string, before: readonly string[] = []): string[] {
  if (!TURN_PATTERN.test(text))
    throw new InvalidArgumentError("A TURN server looks like turn:turn.example.org:3478, or turn:turn.example.org:3478?transport=tcp.");
  return [...before, /^turns?:/i.test(text) ? text : `turn:${text}`];
}

/** Adds a glob of --include or --exclude. */
export function collectGlob(text: string, before: readonly string[] = []): string[] {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty. Give a pattern, such as '*.part'.");
  if (text.length > MAX_GLOB_LENGTH) throw new InvalidArgumentError(`It is longer than ${MAX_GLOB_LENGTH} characters.`);
  return [...before, text];
}

/** Adds an API key of a relay in plain mode. */
export function collectKey(text: string, before: readonly string[] = []): string[] {
  if (!isKey(text)) throw new InvalidArgumentError(KEY_HINT);
  return [...before, text];
}

/** The keys in RANGECAST_RELAY_KEYS, separated by commas or white space. */
export function parseKeys(text: string): string[] {
  return text.split(/[\s,]+/).filter((key) => key !== "");
}

/** Whether the text can be an API key: characters that a Bearer header allows (RFC 6750, section 2.1), and too long to guess. */
export function isKey(text: string): boolean {
  return /^[A-Za-z0-9._~+/-]{16,512}=*$/.test(text);
}

export const KEY_HINT = "A key consists of 16 to 512 letters, digits or . _ ~ + / - characters.";
