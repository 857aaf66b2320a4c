/* Flights that are lost, repeated, reordered and fragmented (RFC 6347, 4.2.4). */
import { describe, expect, test } from "vitest";
import { HandshakeType } from "../handshake/handshake-type.ts";
import { encodeFragment } from "../handshake/message-header.ts";
import { ContentType } from "../record/record-header.ts";
import { mulberry32 } from "../testing/mulberry32.ts";
import { createSide, Pair } from "../testing/pair.ts";
import { ScriptedPeer } from "../testing/scripted-peer.ts";

describe("a handshake", () => {
  test("survives the loss of 20 % in both directions, and opens within 8 s", () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 30; seed += 1) {
      const random = mulberry32(seed);
      const pair = new Pair({ delayMs: 25, onDatagram: () => random() >= 0.2 }).open();
      times.push(pair.nowMs);
      expect(pair.sent.client + pair.sent.server).toBeLessThan(40);
    }
    times.sort((one, other) => one - other);
    expect(times.at(-1)).toBeLessThan(8000);
    expect(times[15]).toBeLessThan(500);
  });

  test("survives the loss of any one datagram, within one time-out more", () => {
    for (let lost = 0; lost < 5; lost += 1) {
      let count = 0;
      const pair = new Pair({ delayMs: 10, onDatagram: () => count++ !== lost }).open();
      expect(pair.nowMs).toBeLessThanOrEqual(lost < 4 ? 40 + 100 : 40);
    }
  });

  test("survives datagrams that arrive twice, and in another order", () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const random = mulberry32(seed);
      const onDatagram = (_from: string, datagram: Uint8Array): readonly Uint8Array[] =>
        Array.from({ length: 1 + Math.floor(random() * 3) }, () => Uint8Array.from(datagram));
      const options = { maxDatagramBytes: 200 };
      const pair = new Pair({ onDatagram, delayMs: () => 5 + random() * 80, client: options, server: options }).open();
      pair.run(pair.nowMs + 10_000);
      expect([pair.client.opened, pair.server.opened, pair.client.end, pair.server.end]).toEqual([1, 1, undefined, undefined]);
    }
  });

  test.each([128, 129, 150, 233, 400, 800, 1200, 9000])("with datagrams of %i bytes opens, and keeps to them", (maxDatagramBytes) => {
    let largest = 0;
    const onDatagram = (_from: string, datagram: Uint8Array): boolean => {
      largest = Math.max(largest, datagram.byteLength);
      return true;
    };
    const pair = new Pair({ client: { maxDatagramBytes }, server: { maxDatagramBytes }, onDatagram }).open();
    expect(largest).toBeLessThanOrEqual(maxDatagramBytes);
    if (maxDatagramBytes >= 800) expect(pair.sent).toEqual({ client: 2, server: 2 });
  });
});

describe("a client without an answer", () => {
  const times: number[] = [];
  const side = createSide("client");
  side.connection.start(0);
  for (let nowMs = 0; nowMs !== Number.POSITIVE_INFINITY; nowMs = side.connection.deadline(nowMs)) {
    while (side.connection.poll(nowMs) !== undefined) times.push(nowMs);
  }

  test("repeats its flight with a time-out that doubles up to 3 s", () => {
    expect(times.slice(0, 8)).toEqual([0, 100, 300, 700, 1500, 3100, 6100, 9100]);
    expect(times.length).toBeLessThan(16);
  });

  test("gives up after 30 s", () => {
    expect(times.at(-1)).toBeLessThan(30_000);
    expect([side.end?.reason, side.connection.state]).toEqual(["no-answer", "ended"]);
    expect(side.connection.poll(60_000)).toBeUndefined();
  });

  test("begins with the time-out that it was given", () => {
    const quick = createSide("client", { firstTimeoutMs: 50 });
    quick.connection.start(1000);
    quick.connection.poll(1000);
    expect(quick.connection.deadline(1000)).toBe(1050);
  });
});

test("a server whose client falls silent gives up, too", () => {
  const peer = new ScriptedPeer("client");
  peer.begin();
  peer.send("clientHello");
  let sent = 0;
  for (let nowMs = 0; nowMs !== Number.POSITIVE_INFINITY; nowMs = peer.side.connection.deadline(nowMs)) {
    while (peer.side.connection.poll(nowMs) !== undefined) sent += 1;
  }
  expect(peer.side.end?.reason).toBe("no-answer");
  expect(sent).toBeLessThan(16);
});

test("a server without a client gives up", () => {
  const { connection } = createSide("server");
  connection.start(0);
  expect(connection.deadline(0)).toBe(30_000);
  expect(connection.poll(30_000)).toBeUndefined();
  expect(connection.state).toBe("ended");
});

test("the server's last flight is repeated as long as the client repeats its own, and not by itself", () => {
  let lost = 0;
  const pair = new Pair({
    onDatagram: (from, datagram) => {
      // The server's second flight begins with ChangeCipherSpec.
      if (from === "server" && datagram[0] === 20 && lost < 4) {
        lost += 1;
        return false;
      }
      return true;
    },
  }).open();
  expect(lost).toBe(4);
  expect(pair.server.connection.stats.repeatedFlights).toBe(4);
  const { server } = pair.sent;
  pair.run(pair.nowMs + 60_000);
  expect(pair.sent.server).toBe(server);
  expect([pair.client.opened, pair.server.opened]).toEqual([1, 1]);
});

test("a flight is repeated at once when the last message that it answers is repeated, and not for the ones before", () => {
  const peer = new ScriptedPeer("server");
  peer.begin();
  peer.sendFlight(0);
  peer.nowMs = 50;
  const last = peer.nextSequence - 1;
  for (const [sequence, repeated] of [
    [0, 0],
    [last - 1, 0],
    [last, 1],
  ] as const) {
    peer.plain(ContentType.HANDSHAKE, encodeFragment({ type: HandshakeType.CERTIFICATE, sequence, body: new Uint8Array(4) }));
    expect(peer.side.connection.stats.repeatedFlights).toBe(repeated);
  }
});

test("messages that somebody repeats make a side send no more than a flight in 25 ms, and 30 in all", () => {
  const peer = new ScriptedPeer("client");
  peer.begin();
  const hello = peer.body("clientHello");
  const flights = (nowMs: number): number => {
    for (let count = 0; count < 10; count += 1) {
      peer.nextSequence = 0;
      peer.nowMs = nowMs;
      peer.message(1, hello);
    }
    let sent = 0;
    while (peer.side.connection.poll(nowMs) !== undefined) sent += 1;
    return sent;
  };
  expect(flights(0)).toBe(1);
  expect(flights(24)).toBe(0);
  expect(flights(25)).toBe(1);
  let total = 2;
  for (let nowMs = 50; nowMs < 20_000; nowMs += 25) total += flights(nowMs);
  expect(total).toBe(30);
});
