/* The bytes of each message: good ones are decoded and encoded to the same bytes, and malformed ones are refused, each for a reason. */
import { describe, expect, test } from "vitest";
import { decodeCertificate, encodeCertificate } from "./certificate-message.ts";
import { decodeCertificateRequest, encodeCertificateRequest } from "./certificate-request.ts";
import { decodeCertificateVerify, encodeCertificateVerify } from "./certificate-verify.ts";
import { decodeClientHello, encodeClientHello } from "./client-hello.ts";
import { decodeClientKeyExchange, encodeClientKeyExchange } from "./client-key-exchange.ts";
import { decodeHelloVerifyRequest, encodeHelloVerifyRequest } from "./hello-verify-request.ts";
import { decodeServerHello, encodeServerHello } from "./server-hello.ts";
import { decodeServerKeyExchange, encodeServerKeyExchange } from "./server-key-exchange.ts";

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(/\s/gu, ""), "hex");
const RANDOM = "01".repeat(32);

interface Codec {
  readonly name: string;
  /** Decodes and encodes; undefined if the bytes are refused. */
  readonly again: (bytes: Uint8Array) => Uint8Array | undefined;
  readonly good: readonly string[];
  readonly bad: readonly (readonly [why: string, hex: string])[];
}

function codec<Message>(decode: (bytes: Uint8Array) => Message | undefined, encode: (message: Message) => Uint8Array): Codec["again"] {
  return (bytes) => {
    const message = decode(bytes);
    return message === undefined ? undefined : encode(message);
  };
}

const CODECS: readonly Codec[] = [
  {
    name: "ClientHello",
    again: codec(decodeClientHello, encodeClientHello),
    good: [
      `fefd ${RANDOM} 00 00 0002 c02b 01 00 0004 0017 0000`,
      `fefd ${RANDOM} 02 aabb 03 112233 0004 c02b 00ff 02 0100 0000`,
      `feff ${RANDOM} 20 ${RANDOM} 00 0002 1301 01 00 000a 0017 0000 000a 0002 0000`,
    ],
    bad: [
      ["a session id of 33 bytes", `fefd ${RANDOM} 21 ${RANDOM}ff 00 0002 c02b 01 00 0000`],
      ["no suites", `fefd ${RANDOM} 00 00 0000 01 00 0000`],
      ["half a suite", `fefd ${RANDOM} 00 00 0003 c02bc0 01 00 0000`],
      ["no compressions", `fefd ${RANDOM} 00 00 0002 c02b 00 0000`],
      ["an extension twice", `fefd ${RANDOM} 00 00 0002 c02b 01 00 0008 0017 0000 0017 0000`],
      ["an extension that is cut", `fefd ${RANDOM} 00 00 0002 c02b 01 00 0004 0017 0001`],
      ["half an extension", `fefd ${RANDOM} 00 00 0002 c02b 01 00 0002 0017`],
    ],
  },
  {
    name: "ServerHello",
    again: codec(decodeServerHello, encodeServerHello),
    good: [`fefd ${RANDOM} 00 c02b 00 0004 0017 0000`, `fefd ${RANDOM} 20 ${RANDOM} cca9 00 0009 0017 0000 ff01 0001 00`],
    bad: [
      ["a session id of 33 bytes", `fefd ${RANDOM} 21 ${RANDOM}ff c02b 00 0000`],
      ["an extension twice", `fefd ${RANDOM} 00 c02b 00 0008 0017 0000 0017 0000`],
    ],
  },
  {
    name: "HelloVerifyRequest",
    again: codec(decodeHelloVerifyRequest, encodeHelloVerifyRequest),
    good: ["feff 03 112233", "feff 00"],
    bad: [["a cookie that is cut", "feff 04 112233"]],
  },
  {
    name: "Certificate",
    again: codec(decodeCertificate, (chain) => encodeCertificate(...chain)),
    good: ["000000", "000005 000002 3000", "000009 000002 3000 000001 30"],
    bad: [
      ["a certificate that is empty", "000003 000000"],
      ["a certificate longer than the list", "000005 000003 3000"],
      ["a list longer than the message", "000006 000002 3000"],
      ["half a length", "000002 0000"],
    ],
  },
  {
    name: "ServerKeyExchange",
    again: codec(decodeServerKeyExchange, encodeServerKeyExchange),
    good: ["03 001d 02 1122 0403 0003 aabbcc", "03 0017 01 04 0804 0000"],
    bad: [
      ["parameters of a curve instead of its name", "01 001d 02 1122 0403 0003 aabbcc"],
      ["no public key", "03 001d 00 0403 0003 aabbcc"],
      ["a signature that is cut", "03 001d 02 1122 0403 0004 aabbcc"],
    ],
  },
  {
    name: "CertificateRequest",
    again: codec(decodeCertificateRequest, encodeCertificateRequest),
    good: ["01 40 0002 0403 0000", "02 4001 0004 0403 0804 0000"],
    bad: [
      ["no types", "00 0002 0403 0000"],
      ["no schemes", "01 40 0000 0000"],
      ["half a scheme", "01 40 0003 040308 0000"],
      ["no authorities", "01 40 0002 0403"],
    ],
  },
  {
    name: "ClientKeyExchange",
    again: codec(decodeClientKeyExchange, encodeClientKeyExchange),
    good: ["02 1122", `20 ${RANDOM}`],
    bad: [
      ["no public key", "00"],
      ["a public key that is cut", "03 1122"],
    ],
  },
  {
    name: "CertificateVerify",
    again: codec(decodeCertificateVerify, encodeCertificateVerify),
    good: ["0403 0003 aabbcc", "0804 0000"],
    bad: [["a signature that is cut", "0403 0004 aabbcc"]],
  },
];

describe.each(CODECS)("$name", ({ again, good, bad }) => {
  test.each(good)("%s is read and written", (hex) => {
    expect(again(bytesOf(hex))).toEqual(bytesOf(hex));
  });

  test.each(good)("%s is not read if it is cut anywhere, or a byte follows", (hex) => {
    const bytes = bytesOf(hex);
    for (let kept = 0; kept < bytes.byteLength; kept += 1) {
      // A hello without its extensions is one that has none, and is written with an empty list.
      expect(again(bytes.subarray(0, kept))).not.toEqual(bytes.subarray(0, kept));
    }
    expect(again(Buffer.concat([bytes, Uint8Array.of(0)]))).toBeUndefined();
  });

  test.each(bad)("with %s is refused", (_, hex) => {
    expect(again(bytesOf(hex))).toBeUndefined();
  });
});
