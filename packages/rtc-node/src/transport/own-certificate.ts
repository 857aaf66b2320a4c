import { type Certificate, createCertificate } from "@rangecast/dtls";

let certificate: Certificate | undefined;

/** The certificate of this process, made when it is needed first. A new process has another one, so viewers can't recognise a host by it. */
export function ownCertificate(): Certificate {
  certificate ??= createCertificate();
  return certificate;
}
