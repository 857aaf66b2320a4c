/** Why a request got no answer: name, connection or certificate, in words. */

export interface FetchFailure {
  readonly found: string;
  readonly advice: string;
}

interface Words {
  readonly found: (host: string) => string;
  readonly advice: string;
}

const NO_NAME: Words = {
  found: (host) => `the name ${host} is not found (DNS)`,
  advice: "Check its spelling, and this computer's network and DNS.",
};
const REFUSED: Words = {
  found: (host) => `${host} is there, but nothing listens on that port`,
  advice: "Start the relay, or check the port.",
};
const NO_WAY: Words = {
  found: (host) => `no way to ${host}`,
  advice: "Check this computer's network, VPN and firewall.",
};
const CUT: Words = {
  found: (host) => `${host} closed the connection without an answer`,
  advice: "Check whether it speaks http or https there, and the proxy in front of the relay.",
};
const BAD_CERTIFICATE: Words = {
  found: (host) => `the certificate of ${host} is not trusted`,
  advice: "Give the relay a certificate of a known authority that names it and is in date, with its whole chain. Browsers refuse it too.",
};
const NOT_YET_VALID: Words = {
  found: (host) => `the certificate of ${host} is not valid yet, by this computer's clock (${today()})`,
  advice: "Check this computer's date and time. If they are right, the certificate is wrong.",
};
const EXPIRED: Words = {
  found: (host) => `the certificate of ${host} has expired, by this computer's clock (${today()})`,
  advice: "Check this computer's date and time. If they are right, the relay needs a new certificate.",
};
const SELF_SIGNED: Words = {
  found: (host) => `the certificate of ${host} comes from no authority that this computer knows`,
  advice: BAD_CERTIFICATE.advice,
};
const OTHER_NAME: Words = {
  found: (host) => `the certificate that answers for ${host} is for another name`,
  advice: "Check the address. The relay's certificate must name it.",
};
const NOT_TLS: Words = {
  found: (host) => `${host} does not speak https on that port`,
  advice: "Use http:// if it is meant to, or give the port where https is spoken.",
};

const BY_CODE: ReadonlyMap<string, Words> = new Map([
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

/** The failure of a fetch; its codes are those of Node and OpenSSL. */
export function describeFetchFailure(error: unknown, address: string): FetchFailure {
  const { host } = new URL(address);
  const code = codeOf(error) ?? "";
  const words = BY_CODE.get(code) ?? tlsWords(code);
  if (words !== undefined) return { found: words.found(host), advice: words.advice };
  return { found: `${host} can't be reached`, advice: "Check the address, and this computer's network." };
}

function tlsWords(code: string): Words | undefined {
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") return NOT_TLS;
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code) ? BAD_CERTIFICATE : undefined;
}

function today(): string {
  return new Date().toISOString().slice(0, "2026-01-02".length);
}

/** fetch wraps the cause, and Node several of them, one an address. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return codeOf(error.cause) ?? codeOf(first);
}
