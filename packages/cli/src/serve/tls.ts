/** The certificate and key for https, checked before anything listens: a bad pair must not surface as a browser's riddle. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printable } from "../format.ts";

export interface TlsFiles {
  /** PEM, the server's certificate first. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
  /** What the certificate vouches for, as its subject alternative names say (RFC 9525). */
  readonly names: CertificateNames;
  /** Why browsers will refuse it in spite of all, e.g. expired; `undefined` when they won't. */
  readonly trouble?: string;
}

export interface CertificateNames {
  /** DNS names, without wildcards. */
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  covers(host: string): boolean;
}

/**
 * Reads and checks the two files.
 * @throws CliError `bad-tls`, or `usage` when one of the two is missing.
 */
export async function readTls(
  certPath: string | undefined,
  keyPath: string | undefined,
  now: Date = new Date(),
): Promise<TlsFiles | undefined> {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined) throw new CliError("usage", "--tls-key needs its certificate: add --tls-cert FILE.");
  if (keyPath === undefined) throw new CliError("usage", "--tls-cert needs its private key: add --tls-key FILE.");
  const cert = await readPem("certificate", certPath);
  const key = await readPem("private key", keyPath);
  const certificate = parse(
    "bad-tls",
    `${certPath} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).`,
    () => new X509Certificate(cert),
  );
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key)) {
    throw new CliError("bad-tls", `The private key ${keyPath} is encrypted. Give one without a pass phrase, readable by you alone.`);
  }
  const privateKey = parse("bad-tls", `${keyPath} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----).`, () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CliError("bad-tls", `The certificate ${certPath} and the private key ${keyPath} don't belong together.`);
  }
  const trouble = validityTrouble(certificate, now);
  return { cert, key, names: namesOf(certificate), ...(trouble === undefined ? {} : { trouble }) };
}

const MAX_SHOWN_PATH = 400;

async function readPem(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch (cause) {
    const why = systemCode(cause) === "ENOENT" ? "There is no such file." : `It can't be read: ${systemErrorWords(cause)}.`;
    throw new CliError("bad-tls", `TLS ${what} ${printable(path, MAX_SHOWN_PATH)}: ${why}`, { cause });
  }
}

function parse<T>(reason: "bad-tls", message: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new CliError(reason, message, { cause });
  }
}

function validityTrouble(certificate: X509Certificate, now: Date): string | undefined {
  if (now > new Date(certificate.validTo)) return `the certificate expired on ${certificate.validTo}`;
  if (now < new Date(certificate.validFrom)) return `the certificate is valid only from ${certificate.validFrom}`;
  return undefined;
}

function namesOf(certificate: X509Certificate): CertificateNames {
  const entries = (certificate.subjectAltName ?? "").split(", ");
  const dns = entries.flatMap((entry) => (entry.startsWith("DNS:") && !entry.includes("*") ? [entry.slice("DNS:".length)] : []));
  const ip = entries.flatMap((entry) => (entry.startsWith("IP Address:") ? [entry.slice("IP Address:".length)] : []));
  const covers = (host: string): boolean =>
    (isIP(host) === 0 ? certificate.checkHost(host, { subject: "never" }) : certificate.checkIP(host)) !== undefined;
  return { dns, ip, covers };
}
