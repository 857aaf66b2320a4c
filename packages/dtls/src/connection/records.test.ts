/* Records that are early, late, plain, changed, repeated or reordered. */
import { describe, expect, test } from "vitest";
import { concat, u8 } from "../bytes/byte-parts.ts";
import { HandshakeType } from "../handshake/handshake-type.ts";
import { encodeFragment } from "../handshake/message-header.ts";
import { Alert, encodeAlert } from "../record/alert.ts";
import { ContentType } from "../record/record-header.ts";
import { REPLAY_WINDOW } from "../record/replay-window.ts";
import { flipBit } from "../testing/changes.ts";
import { Pair } from "../testing/pair.ts";
import { FLIGHTS, ScriptedPeer } from "../testing/scripted-peer.ts";

const ROLES = ["client", "server"] as const;
const DATA = Uint8Array.of(1, 2, 3);
const FATAL = Uint8Array.of(2, 40);

/** A peer that has sent everything but its Finished. */
function beforeFinished(role: "client" | "server"): ScriptedPeer {
  const peer = new ScriptedPeer(role);
  peer.begin();
  peer.sendFlight(0);
  for (const step of FLIGHTS[role][1].slice(0, -1)) peer.send(step);
  return peer;
}

describe.each(ROLES)("ChangeCipherSpec of a %s", (role) => {
  test("that comes early changes nothing, wherever it comes", () => {
    const peer = new ScriptedPeer(role);
    peer.begin();
    for (const step of FLIGHTS[role].flat()) {
      if (step !== "changeCipherSpec") peer.plain(ContentType.CHANGE_CIPHER_SPEC, u8(1));
      peer.send(step);
      if (step === FLIGHTS[role][0].at(-1)) peer.collect();
      if (step === "certificateVerify") expect(peer.side.connection.state).toBe("connecting");
    }
    expect(peer.side.opened).toBe(1);
  });

  test("is needed: a Finished without it does not open the connection", () => {
    const second = FLIGHTS[role][1].filter((step) => step !== "changeCipherSpec");
    const peer = new ScriptedPeer(role, { second }).run();
    expect([peer.side.opened, peer.side.connection.state]).toEqual([0, "connecting"]);
  });

  test("before the keys exist does not make plain records valid later: a plain Finished is refused", () => {
    const peer = new ScriptedPeer(role);
    peer.begin();
    peer.plain(ContentType.CHANGE_CIPHER_SPEC, u8(1));
    peer.message(HandshakeType.FINISHED, new Uint8Array(12));
    expect(peer.side.end?.reason).toBe("protocol-violation");
  });

  test.each([
    ["nothing", []],
    ["another number", [2]],
    ["a byte too many", [1, 1]],
  ])("with %s is ignored in its place: protected records are not read", (_, content) => {
    const peer = new ScriptedPeer(role);
    peer.begin();
    peer.sendFlight(0);
    for (const step of FLIGHTS[role][1].slice(0, -2)) peer.send(step);
    peer.plain(ContentType.CHANGE_CIPHER_SPEC, Uint8Array.from(content));
    peer.send("finished");
    expect([peer.side.opened, peer.side.connection.stats.ignoredRecords]).toEqual([0, 2]);
  });

  test("of another epoch than 0 is ignored", () => {
    const peer = new ScriptedPeer(role);
    peer.begin();
    peer.sendFlight(0);
    for (const step of FLIGHTS[role][1].slice(0, -2)) peer.send(step);
    for (const epoch of [1, 2, 0xffff]) peer.plain(ContentType.CHANGE_CIPHER_SPEC, u8(1), { epoch });
    peer.send("finished");
    expect([peer.side.opened, peer.side.connection.stats.ignoredRecords]).toEqual([0, 4]);
  });
});

describe.each(ROLES)("a plain record, as from a %s, once keys are on", (role) => {
  const plainRecords: [string, number, Uint8Array][] = [
    ["a fatal alert", ContentType.ALERT, FATAL],
    ["close_notify", ContentType.ALERT, encodeAlert(Alert.CLOSE_NOTIFY)],
    ["data", ContentType.APPLICATION_DATA, DATA],
    ["a handshake message", ContentType.HANDSHAKE, encodeFragment({ type: HandshakeType.FINISHED, sequence: 9, body: new Uint8Array(12) })],
    ["ChangeCipherSpec", ContentType.CHANGE_CIPHER_SPEC, u8(1)],
    ["of an unknown type", 99, DATA],
  ];

  test.each(plainRecords)("%s is ignored before Finished", (_, type, content) => {
    const peer = beforeFinished(role);
    peer.plain(type, content);
    expect(peer.side.connection.stats.ignoredRecords).toBe(1);
    peer.send("finished");
    expect([peer.side.opened, peer.side.received.length, peer.side.end]).toEqual([1, 0, undefined]);
  });

  test.each(plainRecords)("%s is ignored in an open connection", (_, type, content) => {
    const peer = new ScriptedPeer(role).run();
    peer.plain(type, content);
    peer.plain(type, content, { epoch: 2 });
    expect(peer.side.connection.stats.ignoredRecords).toBe(2);
    expect([peer.side.connection.state, peer.side.received.length]).toEqual(["open", 0]);
  });
});

test.each(ROLES)("the first message of a %s in a record of another epoch than 0 is ignored", (role) => {
  const peer = new ScriptedPeer(role);
  peer.begin();
  const [step] = FLIGHTS[role][0];
  const type = role === "client" ? HandshakeType.CLIENT_HELLO : HandshakeType.SERVER_HELLO;
  const content = encodeFragment({ type, sequence: 0, body: peer.body(step as "clientHello" | "serverHello") });
  for (const epoch of [1, 2, 0xffff]) peer.plain(ContentType.HANDSHAKE, content, { epoch });
  peer.plain(ContentType.ALERT, FATAL, { epoch: 2 });
  expect([peer.side.connection.state, peer.side.connection.stats.ignoredRecords]).toEqual(["connecting", 4]);
  expect(peer.side.connection.poll(0)).toBeUndefined();
});

test.each(ROLES)("plain fragments as from a %s, which come before keys are on, are forgotten then", (role) => {
  const peer = new ScriptedPeer(role);
  peer.begin();
  peer.sendFlight(0);
  for (const step of FLIGHTS[role][1].slice(0, -2)) peer.send(step);
  // It would have the number of Finished.
  const forged = { type: HandshakeType.CERTIFICATE, sequence: peer.nextSequence, body: new Uint8Array(100) };
  peer.plain(ContentType.HANDSHAKE, encodeFragment(forged, 0, 10));
  expect(peer.side.connection.stats.ignoredRecords).toBe(0);
  peer.send("changeCipherSpec");
  peer.send("finished");
  expect(peer.side.opened).toBe(1);
});

describe("a plain alert before keys are on", () => {
  test("is believed if it is fatal: the peer can't protect it yet", () => {
    const peer = new ScriptedPeer("server");
    peer.begin();
    peer.plain(ContentType.ALERT, FATAL);
    expect(peer.side.end).toEqual({ reason: "peer-alert", message: "the peer sent the alert handshake_failure" });
    peer.collect();
    expect(peer.alerts).toEqual([]);
  });

  test.each([
    ["a warning", Uint8Array.of(1, 90)],
    ["one of an unknown level", Uint8Array.of(3, 40)],
    ["one that is too short", Uint8Array.of(2)],
    ["one that is too long", Uint8Array.of(2, 40, 0)],
  ])("is ignored if it is %s", (_, content) => {
    const peer = new ScriptedPeer("server");
    peer.begin();
    peer.plain(ContentType.ALERT, content);
    expect(peer.side.connection.state).toBe("connecting");
  });
});

describe("data before the peer's Finished", () => {
  test("of a server is held, and delivered once it is authenticated", () => {
    const peer = beforeFinished("server");
    peer.protected(ContentType.APPLICATION_DATA, DATA);
    expect(peer.side.received).toEqual([]);
    peer.send("finished");
    expect(peer.side.received).toEqual([Buffer.from(DATA)]);
  });

  test("that overtakes ChangeCipherSpec is held as well, in memory of its own", () => {
    const peer = new ScriptedPeer("server");
    peer.begin();
    peer.sendFlight(0);
    const record = Buffer.from(peer.seal(ContentType.APPLICATION_DATA, DATA));
    peer.deliver(record);
    record.fill(0);
    peer.sendFlight(1);
    expect(peer.side.received).toEqual([Buffer.from(DATA)]);
  });

  test("is never delivered if Finished is wrong", () => {
    const peer = new ScriptedPeer("server", { change: { finished: (body) => flipBit(body, 0) } });
    peer.begin();
    peer.sendFlight(0);
    peer.send("changeCipherSpec");
    peer.protected(ContentType.APPLICATION_DATA, DATA);
    peer.send("finished");
    peer.protected(ContentType.APPLICATION_DATA, DATA);
    expect([peer.side.end?.reason, peer.side.received]).toEqual(["bad-finished", []]);
  });

  test.each([
    ["bytes", 3000, 5],
    ["records", 1, 10],
  ])("is held up to a cap of %s, and the rest is ignored", (_, size, held) => {
    const peer = beforeFinished("server");
    for (let count = 0; count < 100; count += 1) peer.protected(ContentType.APPLICATION_DATA, new Uint8Array(size));
    expect(peer.side.connection.stats.heldBytes).toBeLessThan(20_000);
    peer.send("finished");
    expect(peer.side.received).toHaveLength(held);
    expect(peer.side.connection.stats.heldBytes).toBe(0);
  });

  test("of a client is ignored: it can't have keys on before the server's Finished", () => {
    const peer = beforeFinished("client");
    peer.protected(ContentType.APPLICATION_DATA, DATA);
    peer.send("finished");
    expect([peer.side.opened, peer.side.received]).toEqual([1, []]);
  });
});

describe.each(["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"] as const)("with %s", (suite) => {
  const opened = (): ScriptedPeer => new ScriptedPeer("client", { suite }).run();

  test("a record is delivered once, however often it arrives", () => {
    const peer = opened();
    const record = peer.seal(ContentType.APPLICATION_DATA, DATA);
    for (let count = 0; count < 3; count += 1) peer.deliver(record);
    expect(peer.side.received).toEqual([Buffer.from(DATA)]);
    expect(peer.side.connection.stats.replayedRecords).toBe(2);
  });

  test("records may be reordered within the window; older ones count as repeated", () => {
    const peer = opened();
    const records = Array.from({ length: REPLAY_WINDOW + 1 }, (_, index) => peer.seal(ContentType.APPLICATION_DATA, Uint8Array.of(index)));
    for (const record of records.toReversed()) peer.deliver(record);
    expect(peer.side.received).toHaveLength(REPLAY_WINDOW);
    expect(peer.side.connection.stats.replayedRecords).toBe(1);
  });

  test("a record with any bit changed is not delivered", () => {
    const peer = opened();
    const record = peer.seal(ContentType.APPLICATION_DATA, DATA);
    for (let at = 0; at < record.byteLength; at += 1) peer.deliver(flipBit(record, at));
    for (let kept = 0; kept < record.byteLength; kept += 1) peer.deliver(record.subarray(0, kept));
    expect(peer.side.received).toEqual([]);
    expect(peer.side.connection.state).toBe("open");
    // A forged record does not use up its number.
    peer.deliver(record);
    expect(peer.side.received).toEqual([Buffer.from(DATA)]);
  });

  test("several records in a datagram are delivered, and what follows a broken one is not lost for the connection", () => {
    const peer = opened();
    const records = [1, 2, 3].map((byte) => peer.seal(ContentType.APPLICATION_DATA, u8(byte)));
    peer.deliver(concat(records[0]!, flipBit(records[1]!, -1), records[2]!, Uint8Array.of(23, 254)));
    expect(peer.side.received).toEqual([Buffer.of(1), Buffer.of(3)]);
  });

  test("no nonce is used twice, whatever is lost and repeated", () => {
    const used = { client: new Set<string>(), server: new Set<string>() };
    let datagrams = 0;
    const pair = new Pair({
      client: { cipherSuites: [suite] },
      onDatagram: (from, datagram) => {
        for (let at = 0; at < datagram.byteLength; at += 13 + (datagram[at + 11]! << 8) + datagram[at + 12]!) {
          const isProtected = datagram[at + 4] === 1;
          const counter = Buffer.from(datagram.subarray(at + 3, at + 11)).toString("hex");
          if (isProtected) expect(used[from]).not.toContain(counter);
          // What AES-GCM carries as nonce is the same number, so it does not repeat either.
          if (isProtected && suite.includes("GCM")) expect(Buffer.from(datagram.subarray(at + 13, at + 21)).toString("hex")).toBe(counter);
          if (isProtected) used[from].add(counter);
        }
        datagrams += 1;
        return datagrams % 3 !== 0;
      },
    }).open();
    for (let count = 0; count < 20; count += 1) pair.send(count % 2 === 0 ? "client" : "server", DATA);
    pair.run(pair.nowMs + 1000);
    pair.client.connection.close();
    pair.run(pair.nowMs + 1000);
    expect(used.client.size).toBeGreaterThanOrEqual(12);
    expect(used.server.size).toBeGreaterThanOrEqual(11);
  });
});

describe("when the sequence numbers run out", () => {
  test("the connection ends after the last data, the peer is told, and no further record can be made", () => {
    const pair = new Pair({ client: { maxRecords: 100 } }).open();
    let sent = 0;
    for (; pair.client.connection.state === "open" && sent < 200; sent += 1) pair.send("client", u8(sent));
    pair.run(pair.nowMs + 100);
    expect(pair.client.end?.reason).toBe("records-exhausted");
    expect(pair.server.received.map(([byte]) => byte)).toEqual(Array.from({ length: sent }, (_, index) => index));
    expect(pair.server.end?.reason).toBe("peer-closed");
    expect(() => pair.client.connection.protect(DATA)).toThrow("nothing can be protected");
  });

  test("too few of them are refused", () => {
    expect(() => new Pair({ client: { maxRecords: 10 } })).toThrow(RangeError);
  });
});
