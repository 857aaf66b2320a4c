/*
 * Where the public key is in a certificate (RFC 5280, 4.1):
 *
 *   Certificate             SEQUENCE { TBSCertificate, signature algorithm, signature }
 *   TBSCertificate          SEQUENCE { [0] version?, serial number, algorithm, issuer, validity, subject, SubjectPublicKeyInfo, … }
 *   SubjectPublicKeyInfo    SEQUENCE { SEQUENCE { algorithm, parameters }, BIT STRING }
 */
import { ByteReader } from "../bytes/byte-reader.ts";
import { Tag } from "./der.ts";
import { readAny, readBits, readElement } from "./der-reader.ts";

/** A public key as its certificate has it. */
export interface SubjectKey {
  /** The encoded arcs, in hexadecimal. */
  readonly algorithm: string;
  /** With tag and length, in hexadecimal. */
  readonly parameters: string;
  readonly bytes: Uint8Array;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Finds the public key of a certificate. What follows it, and the certificate's signature, are not read. @returns undefined if the bytes are not a certificate */
export function readSubjectKey(certificateDer: Uint8Array): SubjectKey | undefined {
  const outer = new ByteReader(certificateDer);
  const certificate = new ByteReader(readElement(outer, Tag.SEQUENCE));
  const content = new ByteReader(readElement(certificate, Tag.SEQUENCE));
  // Certificates of version 1 don't say their version.
  const first = readAny(content);
  if (first.tag === Tag.VERSION) readElement(content, Tag.INTEGER);
  else if (first.tag !== Tag.INTEGER) content.fail();
  // Algorithm, issuer, validity and subject.
  for (let skipped = 0; skipped < 4; skipped += 1) readElement(content, Tag.SEQUENCE);
  const info = new ByteReader(readElement(content, Tag.SEQUENCE));
  const identifier = new ByteReader(readElement(info, Tag.SEQUENCE));
  const algorithm = readElement(identifier, Tag.OBJECT_ID);
  const parameters = identifier.bytes(identifier.left);
  const bytes = readBits(info);
  if (!outer.complete || !info.complete || certificate.failed || content.failed || identifier.failed) return undefined;
  return { algorithm: hex(algorithm), parameters: hex(parameters), bytes };
}
