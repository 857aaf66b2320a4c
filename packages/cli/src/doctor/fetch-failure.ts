/** Explains why a request failed: DNS, connection or certificate. */
import type { Problem } from "./check.ts";

const AUTHORITY =
  "The relay needs a valid certificate of a known authority, for its own name and with the whole chain. Browsers refuse this one too.";
const CHECK_CLOCK = "Check this computer's date and time. If they are right,";

/** By the code that Node, undici or OpenSSL gives; the first that matches applies. `HOST` and `TODAY` are replaced in what was found. */
const FAILURES: readonly (readonly [codes: RegExp, found: string, advice: string])[] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, "the name HOST is not found (DNS)", "Check its spelling, and this computer's network and DNS."],
  [/^ECONNREFUSED$/, "HOST is online, but nothing listens on that port", "Start the relay, or check the port."],
  [
    /^(ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EADDRNOTAVAIL)$/,
    "there is no route to HOST",
    "Check this computer's network, VPN and firewall.",
  ],
  [
    /^(ECONNRESET|UND_ERR_SOCKET|HPE_INVALID_CONSTANT)$/,
    "HOST closed the connection without an answer",
    "Check whether the address must begin with http or https, and check the proxy in front of the relay.",
  ],
  [
    /^CERT_NOT_YET_VALID$/,
    "the certificate of HOST is not valid yet, by this computer's clock (TODAY)",
    `${CHECK_CLOCK} the certificate is wrong.`,
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    "the certificate of HOST has expired, by this computer's clock (TODAY)",
    `${CHECK_CLOCK} the relay needs a new certificate.`,
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/,
    "the certificate of HOST is not from an authority that this computer trusts",
    AUTHORITY,
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "the certificate of HOST is for another name",
    "Check the address. The relay's certificate must name it.",
  ],
  [/^(ERR_SSL_|EPROTO$)/, "HOST does not use https on that port", "Use http:// if that is intended, or the port for https."],
  [/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/, "the certificate of HOST is not trusted", AUTHORITY],
  [/(?:)/, "HOST can't be reached", "Check the address, and this computer's network."],
];

/** Explains an error thrown by fetch, by its Node or OpenSSL code. @param address the URL that was requested */
export function describeFetchFailure(error: unknown, address: string): Problem {
  const code = codeOf(error) ?? "";
  const [, found = "", advice = ""] = FAILURES.find(([codes]) => codes.test(code)) ?? [];
  return { found: found.replace("TODAY", today()).replace("HOST", () => new URL(address).host), advice };
}

function today(): string {
  return new Date().toISOString().slice(0, "2026-01-02".length);
}

/** The code is in the cause of the error; if Node tried several addresses, that cause is an AggregateError. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return codeOf(error.cause) ?? codeOf(first);
}
