/* Every message in every state: the tables of client-states.ts and server-states.ts, seen from outside. */
import { describe, expect, test } from "vitest";
import { HandshakeType } from "../handshake/handshake-type.ts";
import { encodeFragment } from "../handshake/message-header.ts";
import { ContentType } from "../record/record-header.ts";
import { FLIGHTS, MESSAGE_TYPES, ScriptedPeer, type Step } from "../testing/scripted-peer.ts";

/** NewSessionTicket, which is never asked for. */
const NEW_SESSION_TICKET = 4;
const TYPES: readonly number[] = [...Object.values(HandshakeType), NEW_SESSION_TICKET, 99];
const TYPE_OF: Record<Step, number> = { ...MESSAGE_TYPES, changeCipherSpec: -1 };

/** A peer that has sent the first messages of the handshake, as it should. */
function peerAfter(role: "client" | "server", steps: readonly Step[]): ScriptedPeer {
  const peer = new ScriptedPeer(role);
  peer.begin();
  for (const step of steps) {
    peer.send(step);
    if (step === FLIGHTS[role][0].at(-1)) peer.collect();
  }
  return peer;
}

const places = (["client", "server"] as const).flatMap((role) => {
  const steps = FLIGHTS[role].flat();
  return steps.map((expected, index) => ({ role, expected, before: steps.slice(0, index) }));
});

describe.each(places)("where a $role must send $expected", ({ role, expected, before }) => {
  test("any other message ends the connection, and is not answered otherwise", () => {
    for (const type of TYPES) {
      // A server's HelloRequest is ignored, a HelloVerifyRequest is allowed instead of its hello.
      if (role === "server" && type === HandshakeType.HELLO_REQUEST) continue;
      if (expected === "serverHello" && type === HandshakeType.HELLO_VERIFY_REQUEST) continue;
      if (type === TYPE_OF[expected]) continue;
      const peer = peerAfter(role, before);
      peer.message(type, new Uint8Array(40), before.at(-1) === "changeCipherSpec");
      peer.collect();
      expect([type, peer.side.end?.reason, peer.alerts]).toEqual([type, "protocol-violation", ["unexpected_message"]]);
      expect(peer.side.opened).toBe(0);
    }
  });

  test("each earlier message, sent again with the same number, changes nothing", () => {
    const peer = peerAfter(role, before);
    for (let sequence = 0; sequence < peer.nextSequence; sequence += 1) {
      const content = encodeFragment({ type: HandshakeType.CERTIFICATE, sequence, body: new Uint8Array(10) });
      if (before.at(-1) === "changeCipherSpec") peer.protected(ContentType.HANDSHAKE, content);
      else peer.plain(ContentType.HANDSHAKE, content);
    }
    expect(peer.side.connection.state).toBe("connecting");
    for (const step of FLIGHTS[role].flat().slice(before.length)) {
      peer.send(step);
      if (step === FLIGHTS[role][0].at(-1)) peer.collect();
    }
    peer.collect();
    expect(peer.side.opened).toBe(1);
  });
});

test("a HelloRequest during the handshake is ignored (RFC 5246, 7.4.1.1)", () => {
  const peer = peerAfter("server", ["serverHello", "certificate"]);
  const { sequence, body } = { sequence: peer.nextSequence, body: new Uint8Array(0) };
  peer.nextSequence += 1;
  peer.plain(ContentType.HANDSHAKE, encodeFragment({ type: HandshakeType.HELLO_REQUEST, sequence, body }));
  for (const step of ["serverKeyExchange", "certificateRequest", "serverHelloDone"] as const) peer.send(step);
  peer.collect();
  peer.sendFlight(1);
  expect(peer.side.opened).toBe(1);
});

describe.each([
  ["client", HandshakeType.CLIENT_HELLO],
  ["server", HandshakeType.HELLO_REQUEST],
] as const)("a %s that wants to renegotiate", (role, type) => {
  test("is told once that it can't, and data goes on", () => {
    const peer = new ScriptedPeer(role).run();
    for (let sequence = 0; sequence < 3; sequence += 1) {
      peer.protected(ContentType.HANDSHAKE, encodeFragment({ type, sequence, body: new Uint8Array(0) }));
    }
    peer.collect();
    expect(peer.alerts).toEqual(["no_renegotiation"]);
    peer.protected(ContentType.APPLICATION_DATA, Uint8Array.of(7));
    expect(peer.side.received).toHaveLength(1);
  });
});
