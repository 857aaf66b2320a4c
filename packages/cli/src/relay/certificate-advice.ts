/** Why there is no certificate, and what to do, in sentences. */
import type { AcmeErrorReason } from "../certificate/acme-error.ts";
import { HTTP_PORT, HTTPS_PORT } from "./domain-settings.ts";

export interface Surroundings {
  readonly domains: readonly string[];
  /** Host of the CA's directory. */
  readonly ca: string;
  /** Whether the port of http is open here, for HTTP-01 checks. */
  readonly http: boolean;
}

export interface CertificateTrouble {
  /** A clause. */
  readonly found: string;
  /** Sentences. */
  readonly todo: string;
}

type Explain = (surroundings: Surroundings) => CertificateTrouble;

const STAGING = "for trials use --acme-directory https://acme-staging-v02.api.letsencrypt.org/directory";

const portsOf = ({ http }: Surroundings): string =>
  http ? `TCP ports ${HTTP_PORT} and ${HTTPS_PORT}` : `TCP port ${HTTPS_PORT} (port ${HTTP_PORT} can't be used here)`;
const namesOf = ({ domains }: Surroundings): string => domains.join(", ");

const TROUBLES: Readonly<Record<AcmeErrorReason, Explain>> = {
  "ca-unreachable": ({ ca }) => ({
    found: `the certificate authority ${ca} can't be reached`,
    todo: "Check this computer's network, and that its firewall permits https to the outside.",
  }),
  "ca-untrusted": ({ ca }) => ({
    found: `this computer does not trust the server ${ca}`,
    todo: "For a CA of your own, name its root certificate with --acme-ca FILE. Otherwise check this computer's clock, and whether a proxy intercepts https.",
  }),
  "ca-failed": ({ ca }) => ({ found: `the certificate authority ${ca} failed`, todo: "Nothing to do here: it is tried again." }),
  "rate-limited": ({ ca }) => ({
    found: `${ca} refuses more orders for now`,
    todo: `Leave the relay running: it waits as long as the CA asks. Restarts don't shorten that; ${STAGING}.`,
  }),
  "name-unresolved": (here) => ({
    found: `the CA can't look up ${namesOf(here)}`,
    todo: "Create a DNS record of type A (and AAAA, if this computer has IPv6) with this computer's public address. It may take some minutes until the CA sees it.",
  }),
  "name-unreachable": (here) => ({
    found: `the CA can't connect to ${namesOf(here)}`,
    todo: `Open ${portsOf(here)} in the firewall, forward them in the router, and check that each DNS record (A and AAAA) has this computer's public address.`,
  }),
  "wrong-answer": (here) => ({
    found: `something else answers at ${namesOf(here)}`,
    todo: `Check that each DNS record (A and AAAA) has this computer's public address, and that no proxy or CDN stands between. ${
      here.http ? "" : `Port ${HTTP_PORT} is another program's.`
    }`.trim(),
  }),
  "caa-forbids": (here) => ({
    found: `the DNS of ${namesOf(here)} permits other certificate authorities only`,
    todo: `Add ${here.ca} to the domain's CAA records, or use a CA that they permit with --acme-directory.`,
  }),
  "name-rejected": (here) => ({
    found: `${here.ca} issues no certificate for ${namesOf(here)}`,
    todo: "Use another name with --domain, one that is registered and public.",
  }),
  "email-rejected": ({ ca }) => ({ found: `${ca} does not accept the e-mail address`, todo: "Omit --email, or use another address." }),
  "account-required": ({ ca }) => ({
    found: `${ca} requires an account made by hand, which rangecast does not support`,
    todo: "Use another CA: omit --acme-directory for Let's Encrypt.",
  }),
  "no-challenge": (here) => ({
    found: "the CA offers no check that this computer can answer",
    todo: here.http
      ? "Use another CA with --acme-directory."
      : `Free port ${HTTP_PORT} for the relay, or use another CA with --acme-directory.`,
  }),
  "timed-out": ({ ca }) => ({ found: `${ca} was not done in time`, todo: "Nothing to do here: it is tried again." }),
  "bad-certificate": ({ ca }) => ({
    found: `${ca} issued a certificate that can't be used`,
    todo: "Check this computer's clock: by it the certificate may seem expired, or not valid yet.",
  }),
  refused: ({ ca }) => ({ found: `${ca} refused the order`, todo: "Check the names of --domain." }),
};

export function explainTrouble(reason: AcmeErrorReason, surroundings: Surroundings): CertificateTrouble {
  return TROUBLES[reason](surroundings);
}
