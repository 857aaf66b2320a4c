import { createCipheriv, createDecipheriv } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CIPHER_SUITES } from "../crypto/cipher-suite.ts";
import { RecordOpener } from "./opener.ts";
import { ContentType, emptyRecord, MAX_PLAINTEXT_BYTES, readRecord, SEQUENCE_END, writeRecordHeader } from "./record-header.ts";
import { RECORD_OVERHEAD_BYTES, RecordSealer } from "./sealer.ts";

const { aead: gcm } = CIPHER_SUITES.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
const { aead: chacha } = CIPHER_SUITES.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;

describe.each([gcm, chacha])("$algorithm", (aead) => {
  const keys = { key: new Uint8Array(aead.keyBytes).fill(1), iv: new Uint8Array(aead.ivBytes).fill(2) };
  const open = (opener: RecordOpener, bytes: Uint8Array): Uint8Array | string => {
    const record = emptyRecord();
    expect(readRecord(bytes, 0, record)).toBe(true);
    return opener.open(bytes, record);
  };

  /** The first record of these keys, of any length. */
  function authentic(plaintext: Uint8Array): Uint8Array {
    const header = new Uint8Array(13);
    writeRecordHeader(header, ContentType.APPLICATION_DATA, 1, 0, aead.explicitNonceBytes + plaintext.byteLength + 16);
    const counter = Buffer.from("0001000000000000", "hex");
    const explicit = aead.explicitNonceBytes === 8 ? counter : Buffer.alloc(0);
    const nonce = Buffer.concat([Buffer.alloc(4, 2), explicit.byteLength === 8 ? counter : Buffer.from("0203020202020202", "hex")]);
    const cipher = createCipheriv(aead.algorithm as "aes-128-gcm", keys.key, nonce, { authTagLength: 16 });
    cipher.setAAD(Buffer.concat([counter, Buffer.of(23, 254, 253, plaintext.byteLength >>> 8, plaintext.byteLength)]));
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([header, explicit, sealed, cipher.getAuthTag()]);
  }

  test("opens what it seals, of any size", () => {
    const sealer = new RecordSealer(aead, keys, SEQUENCE_END);
    const opener = new RecordOpener(aead, keys);
    for (const length of [0, 1, 15, 16, 17, 1200, 1200, 5, MAX_PLAINTEXT_BYTES]) {
      const plaintext = new Uint8Array(length).fill(length);
      const sealed = sealer.seal(ContentType.APPLICATION_DATA, plaintext);
      expect(sealed.byteLength).toBeLessThanOrEqual(length + RECORD_OVERHEAD_BYTES);
      const opened = open(opener, sealed);
      expect(typeof opened !== "string" && Buffer.compare(opened, plaintext) === 0).toBe(true);
    }
  });

  test("writes what the RFCs say: header, nonce, additional data", () => {
    const sealer = new RecordSealer(aead, keys, SEQUENCE_END);
    sealer.seal(ContentType.APPLICATION_DATA, new Uint8Array(1));
    const sealed = Buffer.from(sealer.seal(ContentType.ALERT, Uint8Array.of(1, 0)));
    const counter = Buffer.from("0001000000000001", "hex");
    const explicit = aead.explicitNonceBytes === 8 ? counter : Buffer.alloc(0);
    const length = explicit.byteLength + 2 + 16;
    expect(sealed.subarray(0, 13 + explicit.byteLength)).toEqual(
      Buffer.concat([Buffer.of(21, 254, 253), counter, Buffer.of(0, length), explicit]),
    );
    // 4 secret bytes and the counter (RFC 5288, 3), or 12 secret bytes of which the last 8 are combined with it (RFC 7905, 2).
    const nonce = Buffer.concat([Buffer.alloc(4, 2), explicit.byteLength === 8 ? counter : Buffer.from("0203020202020203", "hex")]);
    const decipher = createDecipheriv(aead.algorithm as "aes-128-gcm", keys.key, nonce, { authTagLength: 16 });
    decipher.setAAD(Buffer.concat([counter, Buffer.of(21, 254, 253, 0, 2)]));
    decipher.setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([decipher.update(sealed.subarray(13 + explicit.byteLength, -16)), decipher.final()])).toEqual(Buffer.of(1, 0));
  });

  test("refuses content that is too large, in both directions", () => {
    const tooLarge = new Uint8Array(MAX_PLAINTEXT_BYTES + 1);
    expect(() => new RecordSealer(aead, keys, SEQUENCE_END).seal(ContentType.APPLICATION_DATA, tooLarge)).toThrow(RangeError);
    // Authentic, as a peer with the keys could make it.
    expect(open(new RecordOpener(aead, keys), authentic(tooLarge))).toBe("forged");
    expect(open(new RecordOpener(aead, keys), authentic(tooLarge.subarray(1)))).toHaveLength(MAX_PLAINTEXT_BYTES);
  });

  test("refuses a record that is shorter than its tag", () => {
    for (let length = 0; length < aead.explicitNonceBytes + 16; length += 1) {
      const record = new Uint8Array(13 + length);
      writeRecordHeader(record, ContentType.APPLICATION_DATA, 1, 0, length);
      expect(open(new RecordOpener(aead, keys), record)).toBe("forged");
    }
  });

  test("does not open a record as one of another type, or with another number", () => {
    const sealed = new RecordSealer(aead, keys, SEQUENCE_END).seal(ContentType.ALERT, Uint8Array.of(1, 0));
    for (const at of [0, 2, 4, 10]) {
      const changed = sealed.slice();
      changed[at]! ^= 1;
      expect(open(new RecordOpener(aead, keys), changed)).toBe("forged");
    }
  });

  test("seals no more records than it may", () => {
    const sealer = new RecordSealer(aead, keys, 2);
    sealer.seal(ContentType.APPLICATION_DATA, new Uint8Array(1));
    expect(sealer.recordsLeft).toBe(1);
    sealer.seal(ContentType.APPLICATION_DATA, new Uint8Array(1));
    expect(() => sealer.seal(ContentType.APPLICATION_DATA, new Uint8Array(1))).toThrow("no sequence number is left");
  });
});

test("the numbers of a header are written and read up to 48 bits", () => {
  const bytes = new Uint8Array(13);
  const record = emptyRecord();
  for (const sequence of [0, 1, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, SEQUENCE_END - 1]) {
    writeRecordHeader(bytes, ContentType.APPLICATION_DATA, 1, sequence, 0);
    expect(readRecord(bytes, 0, record)).toBe(true);
    expect(record).toMatchObject({ type: 23, version: 0xfefd, epoch: 1, sequence, start: 13, end: 13 });
  }
  expect(Buffer.from(bytes).toString("hex")).toBe("17fefd0001ffffffffffff0000");
});

test("a record that is not complete is not read", () => {
  const bytes = new Uint8Array(20);
  writeRecordHeader(bytes, ContentType.APPLICATION_DATA, 1, 0, 7);
  expect(readRecord(bytes, 0, emptyRecord())).toBe(true);
  for (let kept = 0; kept < 20; kept += 1) expect(readRecord(bytes.subarray(0, kept), 0, emptyRecord())).toBe(false);
});
