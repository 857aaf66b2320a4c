/* How packages/rtc-node uses it, and its ICE. */
import { mutantsOf } from "./mutant.mjs";

const GATE = "ice-agent/stun-gate";
const FRAME = "ice-agent/stun-frame";
const GENERATION = "ice-agent/generation";
const CHECKS = "ice-agent/check-list";
const CONSENT = "ice-agent/consent";
const PATHS = "ice-agent/valid-paths";
const PACKETS = "transport/packet-path";
const HOSTILE = "ice-agent/hostile-peer";

export const ICE_MUTANTS = mutantsOf("rtc-node", [
  ["the fingerprint is not the description's", PACKETS, "value: remote.fingerprint }", "value: certificate.fingerprint }", PACKETS],
  ["every datagram reaches DTLS", PACKETS, " || first < DTLS_FIRST_BYTE || first > DTLS_LAST_BYTE", "", PACKETS],
  [
    "datagrams of any address are passed",
    GENERATION,
    "else if (this.#valid.has(endpoint, address, port))",
    "else if (endpoint !== undefined)",
    HOSTILE,
  ],
  [
    "an address is valid once it sent a check",
    PATHS,
    "const path: Path = { valid: false, held: [] };",
    "const path: Path = { valid: true, held: [] };",
    HOSTILE,
    PATHS,
  ],
  [
    "packets of any address are held",
    PATHS,
    "if (path === undefined || this.#held >= MAX_HELD) return;",
    "if (path === undefined) return;",
    PATHS,
  ],
  [
    "addresses are remembered without a limit",
    PATHS,
    "if (known !== undefined || this.#count >= MAX_PATHS) return known;",
    "if (known !== undefined) return known;",
    PATHS,
  ],
  [
    "signatures of checks are not verified",
    GATE,
    "return isSignedWith(bytes, frame, this.#local.pwd) && this.#checks.take()",
    "return this.#checks.take()",
    GATE,
    HOSTILE,
  ],
  ["checks for other users are answered", GATE, " || frame.ufrag !== this.#local.ufrag", "", GATE],
  ["checks are answered without a limit", GATE, " && this.#checks.take()", "", GATE, HOSTILE],
  [
    "who has no password uses up the peer's share",
    GATE,
    "return isSignedWith(bytes, frame, this.#local.pwd) && this.#checks.take()",
    "return this.#checks.take() && isSignedWith(bytes, frame, this.#local.pwd)",
    GATE,
  ],
  ["checks without FINGERPRINT are answered", GATE, " || !frame.hasFingerprint", "", GATE],
  ["refusals are acted on without a limit", GATE, " && this.#errors.take()", "", GATE],
  [
    "responses that nobody awaits are passed",
    GATE,
    'if (frame.class === "success") return awaited ? "response" : "drop";',
    'if (frame.class === "success") return "response";',
    GATE,
  ],
  [
    "attributes behind the signature count",
    FRAME,
    "if (attributes.has(Attribute.MESSAGE_INTEGRITY) && !MAY_FOLLOW_INTEGRITY.has(type)) return undefined;",
    "",
    FRAME,
  ],
  [
    "a signature may have any length",
    FRAME,
    "if (type === Attribute.MESSAGE_INTEGRITY && length !== HMAC_BYTES) return undefined;",
    "",
    FRAME,
  ],
  [
    "FINGERPRINT is not checked",
    FRAME,
    "if (type === Attribute.FINGERPRINT && !isFingerprint(bytes, at, length)) return undefined;",
    "",
    FRAME,
  ],
  [
    "remote candidates are remembered without a limit",
    CHECKS,
    "if (!known && library.remoteCandidates.length >= MAX_REMOTE_CANDIDATES) return;",
    "",
    HOSTILE,
  ],
  [
    "another agent's peer can take a valid address",
    "ice-endpoints/shared-port",
    "if (owner.valid || this.#owners.get(key)?.valid !== true) this.#owners.set(key, owner);",
    "this.#owners.set(key, owner);",
    HOSTILE,
  ],
  ["consent never ends", CONSENT, "if (now - this.#confirmedAt >= EXPIRY_MS) {", "if (false) {", CONSENT],
  [
    "the peer's checks renew consent",
    CONSENT,
    "    this.#heardAt = performance.now();",
    "    this.#heardAt = performance.now();\n    this.#confirmedAt = this.#heardAt;",
    CONSENT,
  ],
  [
    "packets are sent without consent",
    "ice-agent/library-agent",
    "    this.#selection = undefined;\n    this.#consent.stop();\n    this.#generation.close();\n    this.#endLast();",
    "    this.#consent.stop();\n    this.#endLast();",
    HOSTILE,
  ],
  [
    "a path is selected before it answered",
    CHECKS,
    "checkList.filter((pair) => pair.state === CandidatePairState.SUCCEEDED && pair.nominated)",
    "checkList.filter((pair) => this.#nominatedAt.has(pair))",
    HOSTILE,
  ],
]);
