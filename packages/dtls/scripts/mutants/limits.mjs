/* What a stranger can cost: memory, time, amplification. */
import { mutantsOf } from "./mutant.mjs";

const REASSEMBLY = "connection/reassembly";
const FLIGHTS = "connection/flights";
const COOKIE = "connection/cookie";
const CONNECTION = "connection/dtls-connection";
const EARLY = "connection/early-records";
const RECORDS = "connection/records";

export const LIMIT_MUTANTS = mutantsOf("dtls", [
  ["a fragment may end behind its message", REASSEMBLY, " || offset + bytes.byteLength > messageLength", "", REASSEMBLY],
  ["fragments may disagree about the type", REASSEMBLY, "partial.type !== type || ", "", REASSEMBLY],
  ["fragments may disagree about the length", REASSEMBLY, " || partial.body.byteLength !== messageLength", "", REASSEMBLY],
  ["a message may have any length", REASSEMBLY, "messageLength > MAX_MESSAGE_BYTES || ", "", REASSEMBLY],
  ["messages may take any memory", REASSEMBLY, " || this.heldBytes + messageLength > MAX_HELD_BYTES", "", REASSEMBLY],
  ["a message may have any number of pieces", REASSEMBLY, 'if (pieces.length > MAX_PIECES) return "ignored";', "", REASSEMBLY],
  ["messages of any number are kept", REASSEMBLY, "sequence >= this.#nextSequence + MAX_MESSAGES_AHEAD || ", "", REASSEMBLY],
  ["a message with gaps is complete", REASSEMBLY, "first?.start !== 0 || first.end !== body.byteLength", "first?.start !== 0", REASSEMBLY],
  ["early data may have any number of records", EARLY, "this.#records.length >= MAX_RECORDS || ", "", RECORDS],
  ["early data may take any memory", EARLY, " || this.heldBytes + record.byteLength > MAX_BYTES", "", RECORDS],
  ["a flight is repeated as often as somebody asks", FLIGHTS, "this.#transmissions >= MAX_TRANSMISSIONS || nowMs", "nowMs", FLIGHTS],
  ["a flight is repeated as fast as somebody asks", FLIGHTS, " || nowMs - this.#sentAtMs < MIN_REPEAT_MS", "", FLIGHTS],
  ["a flight is repeated for any message", FLIGHTS, "sequence !== this.#answers || ", "", FLIGHTS],
  [
    "a handshake may take five minutes",
    "connection/options",
    "const DEFAULT_HANDSHAKE_LIMIT_MS = 30_000;",
    "const DEFAULT_HANDSHAKE_LIMIT_MS = 300_000;",
    FLIGHTS,
  ],
  ["flights are not repeated", FLIGHTS, "if (this.#transmissions < MAX_TRANSMISSIONS) {", "if (false) {", FLIGHTS],
  [
    "any cookie passes",
    COOKIE,
    "hello.cookie.byteLength === cookie.byteLength && timingSafeEqual(hello.cookie, cookie)",
    "hello.cookie.byteLength > 0",
    COOKIE,
  ],
  ["a cookie is for any address", COOKIE, "vector8(clientAddress),", "", COOKIE],
  ["a cookie is for any hello", COOKIE, "    random,\n    vector8(sessionId)", "    vector8(sessionId)", COOKIE],
  ["fragmented hellos get a cookie", COOKIE, " && bytes.byteLength === messageLength", "", COOKIE],
  ["each hello of a datagram gets a cookie", CONNECTION, "this.#gaveCookie = true;", "", COOKIE],
  [
    "any number of cookies waits",
    FLIGHTS,
    "if (this.#outbox.length < MAX_ANSWERS) this.#outbox.push(datagram);",
    "this.#outbox.push(datagram);",
    COOKIE,
  ],
  [
    "fragments are kept before the cookie",
    CONNECTION,
    "if (!this.#passesGate(fragment, recordSequence)) continue;",
    "this.#passesGate(fragment, recordSequence);",
    COOKIE,
  ],
  ["a client answers every cookie", "connection/client-handshake", "if (this.#cookies > MAX_COOKIES) {", "if (false) {", COOKIE],
]);
