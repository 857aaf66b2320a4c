/** Explains why a request failed: DNS, connection or certificate. */

export interface FetchFailure {
  readonly found: string;
  readonly advice: string;
}

interface FailureText {
  readonly found: (host: string) => string;
  readonly advice: string;
}

const NO_NAME: FailureText = {
  found: (host) => `the name ${host} is not found (DNS)`,
  advice: "Check its spelling, and this computer's network and DNS.",
};
const REFUSED: FailureText = {
  found: (host) => `${host} is online, but nothing listens on that port`,
  advice: "Start the relay, or check the port.",
};
const NO_WAY: FailureText = {
  found: (host) => `there is no route to ${host}`,
  advice: "Check this computer's network, VPN and firewall.",
};
const CUT: FailureText = {
  found: (host) => `${host} closed the connection without an answer`,
  advice: "Check whether the address must begin with http or https, and check the proxy in front of the relay.",
};
const BAD_CERTIFICATE: FailureText = {
  found: (host) => `the certificate of ${host} is not trusted`,
  advice:
    "The relay needs a valid certificate of a known authority, for its own name and with the whole chain. Browsers refuse this one too.",
};
const NOT_YET_VALID: FailureText = {
  found: (host) => `the certificate of ${host} is not valid yet, by this computer's clock (${today()})`,
  advice: "Check this computer's date and time. If they are right, the certificate is wrong.",
};
const EXPIRED: FailureText = {
  found: (host) => `the certificate of ${host} has expired, by this computer's clock (${today()})`,
  advice: "Check this computer's date and time. If they are right, the relay needs a new certificate.",
};
const SELF_SIGNED: FailureText = {
  found: (host) => `the certificate of ${host} is not from an authority that this computer trusts`,
  advice: BAD_CERTIFICATE.advice,
};
const OTHER_NAME: FailureText = {
  found: (host) => `the certificate of ${host} is for another name`,
  advice: "Check the address. The relay's certificate must name it.",
};
const NOT_TLS: FailureText = {
  found: (host) => `${host} does not use https on that port`,
  advice: "Use http:// if that is intended, or the port for https.",
};

const BY_CODE: ReadonlyMap<string, FailureText> = new Map([
  ["ENOTFOUND", NO_NAME],
  ["EAI_AGAIN", NO_NAME],
  ["ECONNREFUSED", REFUSED],
  ["ENETUNREACH", NO_WAY],
  ["EHOSTUNREACH", NO_WAY],
  ["ETIMEDOUT", NO_WAY],
  ["UND_ERR_CONNECT_TIMEOUT", NO_WAY],
  ["EADDRNOTAVAIL", NO_WAY],
  ["ECONNRESET", CUT],
  ["UND_ERR_SOCKET", CUT],
  ["HPE_INVALID_CONSTANT", CUT],
  ["CERT_NOT_YET_VALID", NOT_YET_VALID],
  ["CERT_HAS_EXPIRED", EXPIRED],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", SELF_SIGNED],
  ["SELF_SIGNED_CERT_IN_CHAIN", SELF_SIGNED],
  ["ERR_TLS_CERT_ALTNAME_INVALID", OTHER_NAME],
]);

/** Explains an error thrown by fetch, by its Node or OpenSSL code. @param address the URL that was requested */
export function describeFetchFailure(error: unknown, address: string): FetchFailure {
  const { host } = new URL(address);
  const code = codeOf(error) ?? "";
  const text = BY_CODE.get(code) ?? tlsFailure(code);
  if (text !== undefined) return { found: text.found(host), advice: text.advice };
  return { found: `${host} can't be reached`, advice: "Check the address, and this computer's network." };
}

function tlsFailure(code: string): FailureText | undefined {
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") return NOT_TLS;
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code) ? BAD_CERTIFICATE : undefined;
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
