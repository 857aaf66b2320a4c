/* DTLS peers of other projects: the programs of OpenSSL and GnuTLS. */
import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, fingerprintOf } from "@rangecast/dtls";
import { startTextProcess, type TextProcess } from "@rangecast/testkit/processes/text-process";
import { DtlsOverUdp, OWN_CERTIFICATE } from "./dtls-over-udp.ts";

/** Longest that a peer may run, milliseconds: it ends a hanging test. */
const LIMIT_MS = 30_000;

const runs = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0;
export const opensslIsInstalled: boolean = runs("openssl", "version");
export const gnutlsIsInstalled: boolean = runs("gnutls-cli", "--version") && runs("gnutls-serv", "--version");

/** What has to be undone after a test. */
export type CleanUp = (task: () => void | Promise<void>) => void;

/** A key and a certificate in files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** Certificates for peers. */
export interface PeerFiles extends Readonly<Record<"ecdsa" | "rsa", CertificateFiles>> {
  readonly remove: () => void;
}

/** Makes certificates with OpenSSL. */
export function makePeerFiles(): PeerFiles {
  const folder = mkdtempSync(join(tmpdir(), "rangecast-dtls-"));
  return {
    ecdsa: makeCertificate(join(folder, "ecdsa"), ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    rsa: makeCertificate(join(folder, "rsa"), ["-newkey", "rsa:2048"]),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function makeCertificate(path: string, keyOptions: readonly string[]): CertificateFiles {
  const [certificate, key] = [`${path}.pem`, `${path}.key.pem`];
  const args = ["req", "-x509", ...keyOptions, "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=peer"];
  const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return { certificate, key, fingerprint: fingerprintOf(new X509Certificate(readFileSync(certificate)).raw, "sha-256") };
}

/** Our side of a connection, which is not started. */
export async function openOurs(cleanUp: CleanUp): Promise<DtlsOverUdp> {
  const ours = await DtlsOverUdp.open();
  cleanUp(() => ours.close());
  return ours;
}

/** Our certificate, and the fingerprint that the peer must have. */
export function expecting(fingerprint: string): Pick<ConnectionOptions, "certificate" | "remoteFingerprints"> {
  return { certificate: OWN_CERTIFICATE, remoteFingerprints: [{ algorithm: "sha-256", value: fingerprint }] };
}

/** A UDP port that nobody uses. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Starts a program that keeps its standard input open. What it prints on standard error is part of its output. */
export function startPeer(program: string, args: readonly string[], cleanUp: CleanUp): TextProcess {
  const peer = startTextProcess("sh", ["-c", 'exec "$0" "$@" 2>&1', program, ...args], { limitMs: LIMIT_MS, keepStdinOpen: true });
  cleanUp(async () => {
    peer.child.kill("SIGKILL");
    await peer.ended;
  });
  return peer;
}
