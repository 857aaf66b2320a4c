/** Reads the certificate and key for https, and checks them before the server listens: browsers explain a bad pair poorly. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { systemErrorWords } from "@rangecast/daemon";
import { CliError, systemCode } from "../failure/cli-error.ts";
import { printablePath } from "../format.ts";

export interface TlsFiles {
  /** PEM, the server's certificate first. */
  readonly cert: string;
  /** PEM, not encrypted. */
  readonly key: string;
  /** The certificate's subject alternative names (RFC 9525). */
  readonly names: CertificateNames;
  /** Why browsers will refuse the certificate, for example because it expired. */
  readonly trouble?: string;
}

export interface CertificateNames {
  /** DNS names, without wildcards. */
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  covers(host: string): boolean;
}

/** Reads and checks the two files. @throws CliError `bad-tls`, or `usage` if only one of them is given */
export async function readTls(
  certPath: string | undefined,
  keyPath: string | undefined,
  now: Date = new Date(),
): Promise<TlsFiles | undefined> {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined) throw new CliError("usage", "--tls-key needs a certificate: add --tls-cert FILE.");
  if (keyPath === undefined) throw new CliError("usage", "--tls-cert needs a private key: add --tls-key FILE.");
  const cert = await readPem("certificate", certPath);
  const key = await readPem("private key", keyPath);
  const certificate = parse(
    `${certPath} contains no certificate in PEM format (-----BEGIN CERTIFICATE-----).`,
    () => new X509Certificate(cert),
  );
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key)) {
    throw new CliError(
      "bad-tls",
      `The private key ${keyPath} is encrypted. Use one without a passphrase, in a file that only you can read.`,
    );
  }
  const privateKey = parse(`${keyPath} contains no private key in PEM format (-----BEGIN PRIVATE KEY-----).`, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CliError("bad-tls", `The certificate ${certPath} and the private key ${keyPath} don't belong together.`);
  }
  const trouble = validityTrouble(certificate, now);
  return { cert, key, names: namesOf(certificate), ...(trouble === undefined ? {} : { trouble }) };
}

async function readPem(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch (cause) {
    const why = systemCode(cause) === "ENOENT" ? "There is no such file." : `It can't be read: ${systemErrorWords(cause)}.`;
    throw new CliError("bad-tls", `TLS ${what} ${printablePath(path)}: ${why}`, { cause });
  }
}

function parse<T>(message: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new CliError("bad-tls", message, { cause });
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
