/** The bucket of all requests whose address is unknown. */
const UNKNOWN = "unknown";
/** Groups of 16 bits in an IPv6 address. */
const V6_GROUPS = 8;
/** A site gets at least a /64 (RFC 6177), so IPv6 addresses are counted by their first four groups. */
const V6_NETWORK_GROUPS = 4;
const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

export interface AddressSources {
  /** The socket's remote address. */
  readonly socket: string | undefined;
  /** `X-Forwarded-For`. */
  readonly forwardedFor: string | null;
  /** Whether all requests come through our own proxy, which appends the address of its client. */
  readonly trustProxy: boolean;
}

/**
 * The key under which a client's caps are counted: its IPv4 address, or its IPv6 /64. Behind a proxy it is the **last** entry of `X-Forwarded-For`, which our
 * own proxy wrote; the client can forge the entries before it.
 */
export function clientBucket(sources: AddressSources): string {
  const lastHop = sources.trustProxy ? sources.forwardedFor?.split(",").at(-1) : undefined;
  return bucketOf(lastHop) ?? bucketOf(sources.socket) ?? UNKNOWN;
}

function bucketOf(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const address = withoutPort(text.trim().toLowerCase());
  return parseV4(address) ?? parseV6(address);
}

/** Some proxies write `1.2.3.4:5678` and `[::1]:5678`. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) {
    return bracketed;
  }
  return text.split(":").length === 2 ? (text.split(":")[0] ?? "") : text;
}

function parseV4(text: string): string | undefined {
  const bytes = V4.exec(text)?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 0xff) === true ? bytes.join(".") : undefined;
}

function parseV6(text: string): string | undefined {
  const address = text.split("%")[0] ?? "";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined) {
    return parseV4(mapped);
  }
  // As a URL's host it is checked, and written in the one form that omits zeros: `2001:db8::1`.
  const url = `http://[${address}]`;
  if (!/^[0-9a-f:.]+$/.test(address) || !URL.canParse(url)) {
    return undefined;
  }
  const [before = [], after = []] = new URL(url).hostname
    .slice(1, -1)
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: V6_GROUPS - before.length - after.length }, () => "0");
  return `${[...before, ...zeros, ...after].slice(0, V6_NETWORK_GROUPS).join(":")}::/64`;
}
