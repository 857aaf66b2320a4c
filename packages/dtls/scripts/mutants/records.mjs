/* Records: their protection, epochs, replays, nonces. */
import { mutantsOf } from "./mutant.mjs";

const CONNECTION = "connection/dtls-connection";
const LAYER = "record/record-layer";
const OPENER = "record/opener";
const SEALER = "record/sealer";
const NONCE = "record/record-nonce";
const WINDOW = "record/replay-window";
const RECORDS = "connection/records";
const SEALER_TEST = "record/sealer";

export const RECORD_MUTANTS = mutantsOf("dtls", [
  ["plain records count once keys are on", CONNECTION, "!isPlain || this.#records.readEpoch !== PLAIN_EPOCH || ", "!isPlain || ", RECORDS],
  [
    "protected records are read before ChangeCipherSpec",
    LAYER,
    "return this.readEpoch === PROTECTED_EPOCH ? this.#opener : undefined;",
    "return this.#opener;",
    RECORDS,
    "connection/malicious-client",
  ],
  [
    "plain fragments complete protected messages",
    CONNECTION,
    "    this.#records.readEpoch = PROTECTED_EPOCH;\n    this.#reassembly.clear();",
    "    this.#records.readEpoch = PROTECTED_EPOCH;",
    RECORDS,
  ],
  ["ChangeCipherSpec may have any content", CONNECTION, " && content.byteLength === 1 && content[0] === 1", "", RECORDS],
  ["records of any epoch are plain", CONNECTION, "const isPlain = epoch === PLAIN_EPOCH && (", "const isPlain = (", RECORDS],
  [
    "data of a server is delivered before its Finished",
    "connection/client-states",
    'finished: "open",\n    other: "refuse",\n    changeCipherSpec: "ignore",\n    applicationData: "hold"',
    'finished: "open",\n    other: "refuse",\n    changeCipherSpec: "ignore",\n    applicationData: "deliver"',
    RECORDS,
  ],
  [
    "data of a client is delivered before its Finished",
    "connection/server-states",
    'finished: "open",\n    other: "refuse",\n    changeCipherSpec: "ignore",\n    applicationData: "ignore"',
    'finished: "open",\n    other: "refuse",\n    changeCipherSpec: "ignore",\n    applicationData: "deliver"',
    RECORDS,
  ],
  ["the tag is not checked", OPENER, '    } catch {\n      return "forged";\n    }', "    } catch {}", RECORDS, SEALER_TEST],
  ["a record may arrive twice", OPENER, 'if (this.#window.has(record.sequence)) return "replayed";', "", RECORDS],
  [
    "a forged record uses up its number",
    OPENER,
    "    const content = decipher.update",
    "    this.#window.add(record.sequence);\n    const content = decipher.update",
    RECORDS,
  ],
  ["the window is of 32 records", WINDOW, "export const REPLAY_WINDOW = 1024;", "export const REPLAY_WINDOW = 32;", WINDOW],
  [
    "records behind the window count as new",
    WINDOW,
    "if (sequence <= this.#highest - REPLAY_WINDOW) return true;",
    "if (sequence <= this.#highest - REPLAY_WINDOW) return false;",
    RECORDS,
    WINDOW,
  ],
  ["the window keeps old marks", WINDOW, "this.#clear(skipped % REPLAY_WINDOW)", "void skipped", WINDOW],
  [
    "a jump over the window keeps old marks",
    WINDOW,
    "if (sequence - this.#highest >= REPLAY_WINDOW) this.#words.fill(0);\n    else for",
    "if (sequence - this.#highest < REPLAY_WINDOW) for",
    WINDOW,
  ],
  [
    "the type of a record is not authentic",
    NONCE,
    "into[COUNTER_BYTES + index] = record[at + index]!;",
    "into[COUNTER_BYTES + index] = 0;",
    SEALER_TEST,
    RECORDS,
  ],
  ["the number of a record is not authentic", NONCE, "into[index] = record[at + COUNTER_AT + index]!;", "into[index] = 0;", SEALER_TEST],
  ["a record may be larger than 16 KiB", OPENER, "length < 0 || length > MAX_PLAINTEXT_BYTES", "length < 0", SEALER_TEST],
  [
    "a record may be shorter than its tag",
    OPENER,
    "length < 0 || length > MAX_PLAINTEXT_BYTES",
    "length > MAX_PLAINTEXT_BYTES",
    SEALER_TEST,
  ],
  ["all records have one number, and one nonce", SEALER, "    this.#sequence += 1;\n", "", RECORDS, SEALER_TEST],
  [
    "all records have one nonce",
    NONCE,
    "this.#nonce[first + index] = this.#iv[first + index]! ^ bytes[at + index]!;",
    "this.#nonce[first + index] = this.#iv[first + index]!;",
    SEALER_TEST,
  ],
  [
    "the number that a record carries as nonce is not its own",
    SEALER,
    "record.copyWithin(RECORD_HEADER_BYTES, 3, 3 + explicitNonceBytes);",
    "record.fill(7, RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + explicitNonceBytes);",
    RECORDS,
    SEALER_TEST,
  ],
  ["numbers may run out", SEALER, 'if (this.recordsLeft <= 0) throw new RangeError("no sequence number is left");', "", SEALER_TEST],
  [
    "a connection goes on when its numbers run out",
    CONNECTION,
    "if (sealer.recordsLeft > RESERVED_RECORDS) return record;",
    "if (sealer.recordsLeft > -100) return record;",
    RECORDS,
  ],
  [
    "numbers of 49 bits are allowed",
    "connection/options",
    "maxRecords >= MIN_RECORDS && maxRecords <= SEQUENCE_END",
    "maxRecords >= MIN_RECORDS",
    "connection/dtls-connection",
  ],
  [
    "both sides write with the client's keys",
    "connection/handshake-core",
    "isClient ? [keys.client, keys.server] : [keys.server, keys.client]",
    "[keys.client, keys.client]",
    RECORDS,
  ],
]);
