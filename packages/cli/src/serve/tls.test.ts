import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { describe, expect, it } from "vitest";
import { readTls } from "./tls.ts";

const data = (name: string): string => fileURLToPath(new URL(`../../test-data/${name}`, import.meta.url));
const CERT = data("cert.pem");
const KEY = data("key.pem");

describe("readTls", () => {
  it("is undefined without files", async () => {
    expect(await readTls(undefined, undefined)).toBeUndefined();
  });

  it("reads a pair, and lists the names it covers, without wildcards", async () => {
    const tls = await readTls(CERT, KEY);
    expect(tls?.names.dns).toEqual(["localhost", "films.example.org"]);
    expect(tls?.names.ip).toEqual(["127.0.0.1", "192.0.2.7"]);
    expect(["a.example.net", "127.0.0.1", "example.org", "192.0.2.8"].map((host) => tls?.names.covers(host))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(tls?.trouble).toBeUndefined();
  });

  it("reports an expired certificate", async () => {
    expect((await readTls(CERT, KEY, new Date("2999-01-01")))?.trouble).toMatch(/expired/);
    expect((await readTls(CERT, KEY, new Date("1999-01-01")))?.trouble).toMatch(/valid only from/);
  });

  it.each([
    ["a certificate without its key", CERT, undefined, "usage", /--tls-key/],
    ["a key without its certificate", undefined, KEY, "usage", /--tls-cert/],
    ["a certificate that isn't there", data("none.pem"), KEY, "bad-tls", /no such file/],
    ["a folder", data(""), KEY, "bad-tls", /can't be read: it is a folder/],
    ["a key where the certificate belongs", KEY, KEY, "bad-tls", /no certificate in PEM/],
    ["a certificate where the key belongs", CERT, CERT, "bad-tls", /no private key in PEM/],
    ["an encrypted key", CERT, data("encrypted-key.pem"), "bad-tls", /encrypted/],
    ["a key of another certificate", CERT, data("local-key.pem"), "bad-tls", /don't belong together/],
  ])("refuses %s", async (_what, cert, key, reason, message) => {
    await expect(readTls(cert, key)).rejects.toThrow(expect.objectContaining({ reason, message: expect.stringMatching(message) }));
  });

  it("refuses an invalid file", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "cert.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    await expect(readTls(join(folder, "cert.pem"), KEY)).rejects.toMatchObject({ reason: "bad-tls" });
  });
});
