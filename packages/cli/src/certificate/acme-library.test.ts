import { once } from "node:events";
import { createHash, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { type AcmeLibrary, loadAcmeLibrary } from "./acme-library.ts";
import { challengeCertificate, placeholderCertificate } from "./challenge-certificate.ts";
import type { CertificatePair } from "./issued-certificate.ts";
import { selfSignedCertificate } from "./testing/test-certificate.ts";

let pair: CertificatePair;
beforeAll(async () => void (pair = await selfSignedCertificate("localhost")));
const { signal } = new AbortController();

/** A server that answers each path in its way. @returns its origin */
async function serve(): Promise<string> {
  const server = createServer(pair, (incoming, response) => {
    if (incoming.url === "/silent") return;
    if (incoming.url === "/endless") {
      response.on("error", () => undefined);
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        response.once("drain", more);
      };
      more();
      return;
    }
    if (incoming.url === "/moved") response.writeHead(302, { location: "/" });
    if (incoming.url === "/limited") response.writeHead(429, { "retry-after": "60" });
    response.end(JSON.stringify({ meta: { termsOfService: incoming.headers["user-agent"] } }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

const accountKey = async ({ crypto }: AcmeLibrary): Promise<Buffer> => crypto.createPrivateEcdsaKey();

async function readTerms(library: AcmeLibrary, directoryUrl: string): Promise<string> {
  return new library.Client({ directoryUrl, accountKey: await accountKey(library) }).getTermsOfServiceUrl();
}

test("a request names the program, and trusts a CA file of its own", async () => {
  const base = await serve();
  expect(await readTerms(await loadAcmeLibrary({ ca: pair.cert, signal }), `${base}/`)).toBe("rangecast");
});

test.each([
  ["/moved", { reason: "ca-failed", message: "the CA answers 302" }],
  ["/endless", { reason: "ca-failed" }],
  ["/limited", { reason: "rate-limited", retryAt: expect.any(Number) }],
])("the answer of %s is refused with a reason, once", async (path, error) => {
  const base = await serve();
  await expect(readTerms(await loadAcmeLibrary({ ca: pair.cert, signal }), `${base}${path}`)).rejects.toMatchObject(error);
});

test("a server that is not trusted, one that isn't there, and plain http are refused with a reason", async () => {
  const base = await serve();
  const library = await loadAcmeLibrary({ signal });
  await expect(readTerms(library, `${base}/`)).rejects.toMatchObject({ reason: "ca-untrusted" });
  await expect(readTerms(library, "https://127.0.0.1:1/")).rejects.toMatchObject({
    reason: "ca-unreachable",
    message: "127.0.0.1:1: ECONNREFUSED",
  });
  await expect(readTerms(library, base.replace("https:", "http:"))).rejects.toMatchObject({ reason: "ca-failed" });
});

test("a request ends when the signal aborts", async () => {
  const base = await serve();
  const controller = new AbortController();
  const waiting = readTerms(await loadAcmeLibrary({ ca: pair.cert, signal: controller.signal }), `${base}/silent`);
  setTimeout(() => controller.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ reason: "ca-unreachable" });
});

test("the certificate for a challenge is for the name, and has the hash of the key authorization in a critical extension", async () => {
  const library = await loadAcmeLibrary({ signal });
  const { cert, key } = await challengeCertificate(library, "relay.example.org", "token.thumbprint");
  const read = new X509Certificate(cert);
  expect([read.subjectAltName, read.publicKey.asymmetricKeyType]).toEqual(["DNS:relay.example.org", "ec"]);
  expect(key).toContain("PRIVATE KEY");
  const digest = createHash("sha256").update("token.thumbprint").digest("hex");
  // OID, TRUE, OCTET STRING in OCTET STRING (RFC 8737, 3).
  expect(read.raw.toString("hex")).toContain(`06082b0601050507011f0101ff04220420${digest}`);
});

test("the placeholder is for the name, even for a long one", async () => {
  const domain = `${"a".repeat(60)}.${"b".repeat(60)}.example`;
  const { cert } = await placeholderCertificate(await loadAcmeLibrary({ signal }), domain);
  expect(new X509Certificate(cert).checkHost(domain)).toBe(domain);
});
