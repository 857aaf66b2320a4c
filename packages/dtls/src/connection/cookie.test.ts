/* Cookies of a server that anybody can reach (RFC 6347, 4.2.1). */
import { describe, expect, test } from "vitest";
import { concat, u16 } from "../bytes/byte-parts.ts";
import { HandshakeType } from "../handshake/handshake-type.ts";
import { encodeFragment } from "../handshake/message-header.ts";
import { decodeHelloVerifyRequest, encodeHelloVerifyRequest } from "../handshake/hello-verify-request.ts";
import { ContentType, emptyRecord, readRecord, RECORD_HEADER_BYTES, writeRecordHeader } from "../record/record-header.ts";
import { flipBit, withClientHello } from "../testing/changes.ts";
import { Pair } from "../testing/pair.ts";
import { ScriptedPeer } from "../testing/scripted-peer.ts";

const cookies = { secret: new Uint8Array(32).fill(5), clientAddress: Uint8Array.of(127, 0, 0, 1, 19, 136) };

/** Sends the peer's hello with a number, a cookie and a random (by default the peer's own), and returns what comes back. */
function hello(
  peer: ScriptedPeer,
  sequence: number,
  cookie: Uint8Array,
  random?: number,
): { readonly type: number; readonly cookie: Uint8Array; readonly bytes: number } {
  peer.nextSequence = sequence;
  const change = random === undefined ? { cookie } : { cookie, random: new Uint8Array(32).fill(random) };
  peer.message(HandshakeType.CLIENT_HELLO, withClientHello(change)(peer.body("clientHello")));
  const before = peer.datagrams.length;
  peer.collect();
  const answer = peer.datagrams.slice(before);
  const [first] = answer;
  const type = first?.[13] ?? -1;
  return {
    type,
    cookie: type === HandshakeType.HELLO_VERIFY_REQUEST ? decodeHelloVerifyRequest(first!.subarray(25))! : new Uint8Array(0),
    bytes: answer.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}

const NO_COOKIE = new Uint8Array(0);
const started = (options = cookies): ScriptedPeer => {
  const peer = new ScriptedPeer("client", { options: { cookies: options } });
  peer.begin();
  return peer;
};

describe("a server with cookies", () => {
  test("opens with a client that answers them", () => {
    const pair = new Pair({ server: { cookies } }).open();
    expect(pair.nowMs).toBe(60);
    pair.send("client", Uint8Array.of(1));
    pair.run(pair.nowMs + 20);
    expect(pair.server.received).toHaveLength(1);
  });

  test("opens although every datagram may be lost or repeated", () => {
    for (let lost = 0; lost < 7; lost += 1) {
      let count = 0;
      new Pair({ server: { cookies }, onDatagram: () => count++ !== lost }).open();
    }
  });

  test("sends less than it gets, keeps nothing and repeats nothing before it has seen the cookie", () => {
    const peer = started();
    const size = peer.body("clientHello").byteLength + 25;
    for (let count = 0; count < 100; count += 1) {
      const answer = hello(peer, 0, NO_COOKIE);
      expect(answer.type).toBe(HandshakeType.HELLO_VERIFY_REQUEST);
      expect(answer.bytes).toBeLessThan(size);
    }
    expect(peer.side.connection.stats.heldBytes).toBe(0);
    expect(peer.side.connection.deadline(0)).toBe(30_000);
  });

  test("puts no more than eight answers into memory if nobody polls", () => {
    const peer = started();
    for (let count = 0; count < 100; count += 1) {
      peer.nextSequence = 0;
      peer.message(HandshakeType.CLIENT_HELLO, peer.body("clientHello"));
    }
    peer.collect();
    expect(peer.datagrams).toHaveLength(8);
  });

  test.each([
    ["in one record", (hellos: readonly Uint8Array[]) => [concat(...hellos)]],
    ["in records of their own", (hellos: readonly Uint8Array[]) => hellos],
  ])("answers a datagram with many small hellos %s once", (_, contentsOf) => {
    const peer = started();
    const body = concat(u16(0xfefd), new Uint8Array(32), Uint8Array.of(0, 0, 0, 2, 0xc0, 0x2b, 1, 0));
    const hellos = Array.from({ length: 8 }, () => encodeFragment({ type: HandshakeType.CLIENT_HELLO, sequence: 0, body }));
    const datagram = concat(...contentsOf(hellos).map((content, index) => plainRecord(index, content)));
    peer.deliver(datagram);
    peer.collect();
    expect(peer.datagrams).toHaveLength(1);
    expect(peer.datagrams[0]!.byteLength).toBeLessThan(datagram.byteLength);
  });

  test("answers with the number of the hello's record, whatever numbers others have had", () => {
    const peer = started();
    const content = encodeFragment({ type: HandshakeType.CLIENT_HELLO, sequence: 0, body: peer.body("clientHello") });
    for (const sequence of [7, 2 ** 48 - 1, 3]) {
      peer.deliver(plainRecord(sequence, content));
      peer.collect();
      const record = emptyRecord();
      expect(readRecord(peer.datagrams.at(-1)!, 0, record)).toBe(true);
      expect(record.sequence).toBe(sequence);
    }
  });

  test.each<[string, (cookie: Uint8Array) => Uint8Array]>([
    ["changed", (cookie) => flipBit(cookie, 3)],
    ["shortened", (cookie) => cookie.subarray(1)],
    ["made up", () => new Uint8Array(32)],
  ])("does not accept a cookie that was %s", (_, change) => {
    const peer = started();
    const { cookie } = hello(peer, 0, NO_COOKIE);
    expect(hello(peer, 1, change(cookie)).type).toBe(HandshakeType.HELLO_VERIFY_REQUEST);
    expect(hello(peer, 1, cookie).type).toBe(HandshakeType.SERVER_HELLO);
  });

  test.each([
    ["of this address and this hello", cookies, 1, HandshakeType.SERVER_HELLO],
    ["of another address", { ...cookies, clientAddress: Uint8Array.of(127, 0, 0, 1, 19, 137) }, 1, HandshakeType.HELLO_VERIFY_REQUEST],
    ["of another secret", { ...cookies, secret: new Uint8Array(32).fill(6) }, 1, HandshakeType.HELLO_VERIFY_REQUEST],
    ["of another hello", cookies, 2, HandshakeType.HELLO_VERIFY_REQUEST],
  ])("answers the cookie %s as it should", (_, options, random, type) => {
    const [{ cookie }, peer] = [hello(started(options), 0, NO_COOKIE, 1), started()];
    expect(hello(peer, 1, cookie, random).type).toBe(type);
  });

  test("does not wait for the rest of a hello that is fragmented", () => {
    const peer = started();
    const message = { type: HandshakeType.CLIENT_HELLO, sequence: 0, body: peer.body("clientHello") };
    for (let count = 0; count < 100; count += 1) peer.plain(ContentType.HANDSHAKE, encodeFragment(message, 0, 50));
    // What has arrived is a hello by itself.
    const longer = { ...message, body: concat(message.body, Uint8Array.of(0)) };
    peer.plain(ContentType.HANDSHAKE, encodeFragment(longer, 0, message.body.byteLength));
    peer.collect();
    expect([peer.datagrams.length, peer.side.connection.stats.heldBytes]).toEqual([0, 0]);
  });
});

function plainRecord(sequence: number, content: Uint8Array): Uint8Array {
  const header = new Uint8Array(RECORD_HEADER_BYTES);
  writeRecordHeader(header, ContentType.HANDSHAKE, 0, sequence, content.byteLength);
  return concat(header, content);
}

describe("a client", () => {
  test("answers a few HelloVerifyRequests, and no more", () => {
    const peer = new ScriptedPeer("server");
    peer.begin();
    for (let count = 0; count < 4; count += 1) {
      expect(peer.side.connection.state).toBe("connecting");
      peer.message(HandshakeType.HELLO_VERIFY_REQUEST, encodeHelloVerifyRequest(Uint8Array.of(count)));
      peer.collect();
    }
    expect([peer.side.end?.reason, peer.alerts]).toEqual(["protocol-violation", ["unexpected_message"]]);
    // Each hello but the first has the cookie and is otherwise the same.
    expect(peer.messages.map(({ sequence, body }) => [sequence, body.byteLength - peer.messages[0]!.body.byteLength])).toEqual([
      [0, 0],
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  test("refuses one that can't be read", () => {
    const peer = new ScriptedPeer("server");
    peer.begin();
    peer.message(HandshakeType.HELLO_VERIFY_REQUEST, Uint8Array.of(254, 255, 2, 0));
    peer.collect();
    expect(peer.alerts).toEqual(["decode_error"]);
  });
});
