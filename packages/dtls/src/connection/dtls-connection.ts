/*
 * A DTLS 1.2 connection (RFC 6347) as a state machine: datagrams and times go in, datagrams and deadlines come out. It has no socket, no timer and no clock.
 *
 *   new ──start──▶ connecting ──both Finished──▶ open ──close, close_notify──▶ ended
 *
 * A broken rule, a fatal alert and silence end it from any state. The order of the handshake is in client-states.ts and server-states.ts.
 */
import { HandshakeType } from "../handshake/handshake-type.ts";
import { encodeHelloVerifyRequest } from "../handshake/hello-verify-request.ts";
import { encodeFragment, type Fragment, readFragments } from "../handshake/message-header.ts";
import { Alert, decodeAlert, encodeAlert } from "../record/alert.ts";
import { ContentType, emptyRecord, MAX_PLAINTEXT_BYTES, readRecord, type RecordView, Version } from "../record/record-header.ts";
import { PLAIN_EPOCH, RecordLayer } from "../record/record-layer.ts";
import { PROTECTED_EPOCH } from "../record/sealer.ts";
import { ClientHandshake } from "./client-handshake.ts";
import { CookieGate } from "./cookie.ts";
import { EarlyRecords } from "./early-records.ts";
import { type EndReason, HandshakeFailure } from "./end.ts";
import { Flights, RESERVED_RECORDS } from "./flights.ts";
import { type ConnectionOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { Reassembly } from "./reassembly.ts";
import { ServerHandshake } from "./server-handshake.ts";
import type { Handshake } from "./state-machine.ts";
import { Transcript } from "./transcript.ts";

export type ConnectionState = "new" | "connecting" | "open" | "ended";

/** Numbers of a connection, for display and tests. */
export interface ConnectionStats {
  /** How often a flight of the handshake was sent again. */
  readonly repeatedFlights: number;
  /** Records that were ignored: malformed, out of place, or more than can be held. */
  readonly ignoredRecords: number;
  /** Protected records that are not authentic. */
  readonly forgedRecords: number;
  /** Protected records that had arrived before, or are older than the window. */
  readonly replayedRecords: number;
  /** Of the handshake, and of data that arrived early: memory, bytes. */
  readonly heldBytes: number;
}

export class DtlsConnection {
  readonly #options: ResolvedOptions;
  readonly #records = new RecordLayer();
  readonly #flights: Flights;
  readonly #transcript = new Transcript();
  readonly #handshake: Handshake;
  readonly #early = new EarlyRecords();
  readonly #record: RecordView = emptyRecord();
  readonly #gate: CookieGate | undefined;
  #reassembly = new Reassembly();
  #state: ConnectionState = "new";
  /** When the handshake is given up. */
  #limitAtMs = Number.POSITIVE_INFINITY;
  #refusedRenegotiation = false;
  /** Whether this datagram was answered with a cookie. */
  #gaveCookie = false;
  readonly #counts = { ignored: 0, forged: 0, replayed: 0 };

  /** @throws {RangeError} if no fingerprint has a supported hash function, or an option is out of range */
  constructor(options: ConnectionOptions) {
    this.#options = resolveOptions(options);
    this.#flights = new Flights(this.#records, this.#options);
    const parts = { options: this.#options, records: this.#records, flights: this.#flights, transcript: this.#transcript };
    this.#handshake = options.role === "client" ? new ClientHandshake(parts) : new ServerHandshake(parts);
    if (options.role === "server" && options.cookies !== undefined) this.#gate = new CookieGate(options.cookies);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get stats(): ConnectionStats {
    return {
      repeatedFlights: this.#flights.repeats,
      ignoredRecords: this.#counts.ignored,
      forgedRecords: this.#counts.forged,
      replayedRecords: this.#counts.replayed,
      heldBytes: this.#reassembly.heldBytes + this.#transcript.byteLength + this.#early.heldBytes,
    };
  }

  /** Begins the handshake. A client sends its first flight, a server waits for it. */
  start(nowMs: number): void {
    if (this.#state !== "new") return;
    this.#state = "connecting";
    this.#limitAtMs = nowMs + this.#options.handshakeLimitMs;
    this.#handshake.start(nowMs);
  }

  /** A datagram arrived. Any bytes are allowed. They are not kept. */
  receive(datagram: Uint8Array, nowMs: number): void {
    let at = 0;
    this.#gaveCookie = false;
    while (at < datagram.byteLength && this.#isRunning) {
      if (!readRecord(datagram, at, this.#record)) {
        this.#counts.ignored += 1;
        return;
      }
      at = this.#record.end;
      try {
        this.#onRecord(datagram, this.#record, nowMs);
      } catch (error) {
        if (!(error instanceof HandshakeFailure)) throw error;
        this.#end(error.reason, error.message, error.alert);
      }
    }
  }

  /** When {@link poll} should be called next, ms; Infinity: not before something else happens. */
  deadline(nowMs: number): number {
    const flights = this.#flights.deadlineMs(nowMs);
    return Math.max(nowMs, this.#state === "connecting" ? Math.min(flights, this.#limitAtMs) : flights);
  }

  /**
   * The next datagram of the handshake, or alert, to send; undefined if there is none now. Call it again until then, and before data is sent.
   * Deadlines that have passed are processed first.
   */
  poll(nowMs: number): Uint8Array | undefined {
    if (this.#state === "connecting" && nowMs >= this.#limitAtMs) this.#end("no-answer", "the peer did not finish the handshake");
    return this.#flights.poll(nowMs);
  }

  /**
   * Protects data: one record, which is one datagram.
   * @param plaintext at most 16384 bytes; a record adds {@link RECORD_OVERHEAD_BYTES} at most
   * @returns a view that is valid until the next call of any method
   * @throws {RangeError} for more bytes @throws {Error} if the connection is not open
   */
  protect(plaintext: Uint8Array): Uint8Array {
    const { sealer } = this.#records;
    if (this.#state !== "open" || sealer === undefined) throw new Error(`nothing can be protected in the state ${this.#state}`);
    const record = sealer.seal(ContentType.APPLICATION_DATA, plaintext);
    if (sealer.recordsLeft > RESERVED_RECORDS) return record;
    const last = record.slice();
    this.#end("records-exhausted", "no more records may be sent with these keys", Alert.CLOSE_NOTIFY);
    return last;
  }

  /** Ends the connection. The next datagram of {@link poll} tells the peer. */
  close(): void {
    if (this.#state !== "ended") this.#end("closed", "", this.#state === "new" ? undefined : Alert.CLOSE_NOTIFY);
  }

  get #isRunning(): boolean {
    return this.#state !== "new" && this.#state !== "ended";
  }

  #onRecord(datagram: Uint8Array, record: RecordView, nowMs: number): void {
    const { type, epoch, version, start, end } = record;
    if (epoch === PROTECTED_EPOCH && version === Version.DTLS_1_2) return this.#onProtected(datagram, record, nowMs);
    const isPlain = epoch === PLAIN_EPOCH && (version === Version.DTLS_1_2 || version === Version.DTLS_1_0);
    // Once the peer's records are protected, plain ones are not the peer's.
    if (!isPlain || this.#records.readEpoch !== PLAIN_EPOCH || end - start > MAX_PLAINTEXT_BYTES) {
      this.#counts.ignored += 1;
      return;
    }
    const content = datagram.subarray(start, end);
    if (type === ContentType.HANDSHAKE) this.#onFragments(content, record.sequence, nowMs);
    else if (type === ContentType.ALERT) this.#onAlert(content);
    else if (type === ContentType.CHANGE_CIPHER_SPEC && content.byteLength === 1 && content[0] === 1) this.#onChangeCipherSpec();
    else this.#counts.ignored += 1;
  }

  #onProtected(datagram: Uint8Array, record: RecordView, nowMs: number): void {
    const isData = record.type === ContentType.APPLICATION_DATA;
    const { opener } = this.#records;
    const fate = this.#handshake.machine.applicationData;
    if (isData && fate === "hold") {
      if (!this.#early.add(datagram.subarray(record.at, record.end))) this.#counts.ignored += 1;
      return;
    }
    if (opener === undefined || (isData && fate === "ignore")) {
      this.#counts.ignored += 1;
      return;
    }
    const content = opener.open(datagram, record);
    if (typeof content === "string") this.#counts[content] += 1;
    else if (isData) this.#options.onData?.(content);
    else if (record.type === ContentType.ALERT) this.#onAlert(content);
    else if (record.type !== ContentType.HANDSHAKE) this.#counts.ignored += 1;
    else if (this.#state === "open") this.#onLateFragments(content, nowMs);
    else this.#onFragments(content, record.sequence, nowMs);
  }

  /** Fragments of the handshake. */
  #onFragments(content: Uint8Array, recordSequence: number, nowMs: number): void {
    const { fragments, complete } = readFragments(content);
    if (!complete) this.#counts.ignored += 1;
    for (const fragment of fragments) {
      if (!this.#passesGate(fragment, recordSequence)) continue;
      const result = this.#reassembly.add(fragment);
      if (result === "ignored") this.#counts.ignored += 1;
      else if (result === "repeated") this.#flights.onRepeated(fragment.sequence, nowMs);
      for (let message = this.#reassembly.next(); message !== undefined; message = this.#reassembly.next()) {
        this.#handshake.machine.onMessage(message, nowMs);
      }
    }
    if (this.#handshake.machine.isOpen && this.#state === "connecting") this.#open(nowMs);
  }

  /** Whether a fragment may be kept: with cookies, not before the client has shown one. */
  #passesGate(fragment: Fragment, recordSequence: number): boolean {
    if (this.#gate === undefined || this.#gate.isPassed) return true;
    // One answer for each datagram: small hellos in one datagram would otherwise be answered with more bytes than they have.
    const cookie = this.#gaveCookie ? "ignored" : this.#gate.check(fragment);
    if (cookie === "ignored") {
      this.#counts.ignored += 1;
      return false;
    }
    // The answer has the number of its record, and of its message (RFC 6347, 4.2.1 and 4.2.2).
    this.#records.setPlainSequence(recordSequence);
    if (cookie === "passed") {
      this.#reassembly = new Reassembly(fragment.sequence);
      return true;
    }
    this.#gaveCookie = true;
    const answer = { type: HandshakeType.HELLO_VERIFY_REQUEST, sequence: fragment.sequence, body: encodeHelloVerifyRequest(cookie) };
    this.#flights.sendAnswer(this.#records.write(PLAIN_EPOCH, ContentType.HANDSHAKE, encodeFragment(answer)));
    return false;
  }

  /** Protected fragments after the handshake: the peer repeats its last flight, or wants another handshake. */
  #onLateFragments(content: Uint8Array, nowMs: number): void {
    for (const { type, sequence } of readFragments(content).fragments) {
      const meaning = this.#handshake.machine.afterOpen(type);
      if (meaning === "repeat-flight") this.#flights.onRepeated(sequence, nowMs);
      else if (meaning === "refuse-renegotiation" && !this.#refusedRenegotiation) {
        this.#refusedRenegotiation = true;
        this.#sendAlert(Alert.NO_RENEGOTIATION);
      }
    }
  }

  #onChangeCipherSpec(): void {
    if (!this.#handshake.machine.onChangeCipherSpec()) {
      this.#counts.ignored += 1;
      return;
    }
    this.#records.readEpoch = PROTECTED_EPOCH;
    this.#reassembly.clear();
  }

  #onAlert(content: Uint8Array): void {
    const alert = decodeAlert(content);
    if (alert?.meaning === "close") this.#end("peer-closed", "", Alert.CLOSE_NOTIFY);
    else if (alert?.meaning === "fatal") this.#end("peer-alert", `the peer sent the alert ${alert.name}`);
    else this.#counts.ignored += 1;
  }

  #open(nowMs: number): void {
    this.#state = "open";
    this.#options.onOpen?.();
    for (const record of this.#early.take()) this.receive(record, nowMs);
  }

  #end(reason: EndReason, message: string, alert?: Alert): void {
    // A side that closes at once has its last flight still to send; one that fails has not.
    if (this.#state !== "open") this.#flights.clear();
    this.#state = "ended";
    this.#flights.stop();
    this.#early.take();
    this.#reassembly.clear();
    this.#transcript.clear();
    if (alert !== undefined) this.#sendAlert(alert);
    this.#options.onEnd?.({ reason, message });
  }

  #sendAlert(alert: Alert): void {
    this.#flights.send(this.#records.write(this.#records.writeEpoch, ContentType.ALERT, encodeAlert(alert)));
  }
}
