/*
 * An SCTP association (RFC 9260) as a state machine: packets and times go in, packets and deadlines come out. It has no socket, no timer and no clock.
 *
 *   closed ──connect──▶ cookie-wait ──INIT ACK──▶ cookie-echoed ──COOKIE ACK──▶ established
 *      └────────────────────────────── COOKIE ECHO ──────────────────────────────▲
 *   established ──shutDown──▶ shutdown-pending ──all acknowledged──▶ shutdown-sent ──SHUTDOWN ACK──▶ ended
 *   established ──SHUTDOWN──▶ shutdown-received ──all acknowledged──▶ shutdown-ack-sent ──SHUTDOWN COMPLETE──▶ ended
 *
 * abort(), an ABORT of the peer, a broken rule and silence end it from any state.
 */
import { ModelBased } from "../congestion/model-based.ts";
import { readU32 } from "../wire/big-endian.ts";
import { ChunkType, TAG_REFLECTED_FLAG, reportsUnknownChunk } from "../wire/chunk-type.ts";
import {
  decodeErrorCauses,
  describeErrorCauses,
  encodeErrorCauses,
  type ErrorCause,
  ErrorCauseCode,
  noUserDataCause,
  textCause,
} from "../wire/error-cause.ts";
import { decodeSkippedStreams } from "../wire/forward-tsn-chunk.ts";
import { decodeInitChunk, encodeInitChunk, type IncomingInit } from "../wire/init-chunk.ts";
import type { ChecksumState, PacketHandler } from "../wire/packet-handler.ts";
import { packetChecksum } from "../wire/packet-header.ts";
import { readPacket } from "../wire/packet-reader.ts";
import { PacketWriter } from "../wire/packet-writer.ts";
import { decodeReConfig } from "../wire/re-config.ts";
import { Feature, initOf, type OwnInit, type PeerInit, readInit } from "./negotiation.ts";
import type { AssociationEnd, AssociationOptions, AssociationStats, EndReason } from "./options.ts";
import type { OutMessage } from "./out-chunk.ts";
import { Receiver } from "./receiver.ts";
import { Sender } from "./sender.ts";
import { decodeCookie, encodeCookie } from "./state-cookie.ts";
import { StreamReset } from "./stream-reset.ts";

export type AssociationState =
  | "closed"
  | "cookie-wait"
  | "cookie-echoed"
  | "established"
  | "shutdown-pending"
  | "shutdown-sent"
  | "shutdown-received"
  | "shutdown-ack-sent"
  | "ended";

/** Header of a packet and of a DATA chunk, bytes. */
const PACKET_OVERHEAD_BYTES = 12 + 16;

const DEFAULT_PORT = 5000;
const DEFAULT_PACKET_BYTES = 1172;
const DEFAULT_MESSAGE_BYTES = 262_144;
const DEFAULT_WINDOW_BYTES = 1024 * 1024;
const MAX_STREAMS = 65_535;
const DEFAULT_RETRANSMISSIONS = 10;
const DEFAULT_MIN_RTO_MS = 200;
const DEFAULT_MAX_RTO_MS = 10_000;
const DEFAULT_HEARTBEAT_MS = 30_000;

/** First time-out of INIT, COOKIE ECHO and SHUTDOWN, ms (RFC 9260, 16: RTO.Initial). */
const FIRST_CONTROL_RTO_MS = 1000;

/** Most answers that wait to be sent, of each kind: a flood of requests must not fill the memory. */
const MAX_WAITING_ANSWERS = 4;

/** States in which DATA is accepted (RFC 9260, 6). */
const RECEIVING: ReadonlySet<AssociationState> = new Set(["cookie-echoed", "established", "shutdown-pending", "shutdown-sent"]);

/** States in which DATA is sent. */
const SENDING: ReadonlySet<AssociationState> = new Set(["established", "shutdown-pending", "shutdown-received"]);

/** A packet that is not part of the running association, such as an INIT ACK. */
type Answer = (writer: PacketWriter) => void;

interface Parts {
  readonly peer: PeerInit;
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly resets: StreamReset;
}

export class Association {
  readonly #options: AssociationOptions;
  readonly #writer: PacketWriter;
  readonly #handler: PacketHandler;
  readonly #sourcePort: number;
  readonly #destinationPort: number;
  readonly #maxRetransmissions: number;
  #own: OwnInit;
  #state: AssociationState = "closed";
  #parts: Parts | undefined;
  #cookie: Uint8Array | undefined;
  /** Messages that were given before the association was open. */
  #early: OutMessage[] = [];
  /** When INIT, COOKIE ECHO, SHUTDOWN or SHUTDOWN ACK is sent (again), ms. */
  #controlAtMs = Number.POSITIVE_INFINITY;
  #controlTries = 0;
  #cookieAckDue = false;
  readonly #answers: Answer[] = [];
  readonly #heartbeatAnswers: Uint8Array[] = [];
  readonly #errors: ErrorCause[] = [];
  #heartbeatAtMs = Number.POSITIVE_INFINITY;
  #unansweredHeartbeats = 0;
  #abort: { readonly cause: ErrorCause; readonly end: AssociationEnd } | undefined;
  /** The packet that is being read, and when it arrived. */
  #packet: Uint8Array = new Uint8Array(0);
  #nowMs = 0;
  /** Packets that were ignored: wrong tag, wrong checksum, malformed, or out of place. */
  ignoredPackets = 0;
  #ignore = false;

  constructor(options: AssociationOptions) {
    this.#options = options;
    this.#sourcePort = options.sourcePort ?? DEFAULT_PORT;
    this.#destinationPort = options.destinationPort ?? DEFAULT_PORT;
    this.#maxRetransmissions = options.maxRetransmissions ?? DEFAULT_RETRANSMISSIONS;
    this.#writer = new PacketWriter(options.maxPacketBytes ?? DEFAULT_PACKET_BYTES);
    this.#own = this.#createOwn();
    this.#handler = this.#createHandler();
  }

  get state(): AssociationState {
    return this.#state;
  }

  /** Bytes of messages that are not sent, or not acknowledged. */
  get bufferedBytes(): number {
    return (this.#parts?.sender.bufferedBytes ?? 0) + this.#early.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }

  /** Bytes of messages that were never sent: what a new message has to wait for, besides the window. */
  get queuedBytes(): number {
    return (this.#parts?.sender.queuedBytes ?? 0) + this.#early.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }

  /** What is known of the path, and what is kept of the peer's. */
  get stats(): AssociationStats {
    const sender = this.#parts?.sender;
    return {
      inflightBytes: sender?.inflightBytes ?? 0,
      deliveredBytes: sender?.deliveredBytes ?? 0,
      lostBytes: sender?.lostBytes ?? 0,
      roundTripMs: sender?.smoothedRttMs ?? Number.NaN,
      heldBytes: this.#parts?.receiver.heldBytes ?? 0,
    };
  }

  /** Streams that may be sent on, once open. */
  get outboundStreams(): number {
    return Math.min(this.#own.streams, this.#parts?.peer.inboundStreams ?? this.#own.streams);
  }

  /** Begins the handshake. Both sides may. */
  connect(nowMs: number): void {
    if (this.#state !== "closed") return;
    this.#state = "cookie-wait";
    this.#startControl(nowMs);
  }

  /** Our INIT chunk, for a description that carries it (draft-hancke-tsvwg-snap: `a=sctp-init`). */
  get initChunk(): Uint8Array {
    return encodeInitChunk(initOf(this.#own));
  }

  /** Opens without a handshake: each side knows the other's INIT chunk (SNAP). @returns false if the peer's chunk can't be used */
  openWith(peerInit: Uint8Array, nowMs: number): boolean {
    if (this.#state !== "closed") return false;
    const init = decodeInitChunk(peerInit);
    const peer = init === undefined ? undefined : readInit(peerInit, init);
    if (peer === undefined) return false;
    this.#setUp(peer);
    this.#establish(nowMs);
    return true;
  }

  /**
   * Sends a message, as soon as it may be. The bytes must not be changed until it was acknowledged.
   * @throws {RangeError} for an empty message, and for a stream that doesn't exist
   */
  send(streamId: number, protocolId: number, bytes: Uint8Array, { unordered = false }: { readonly unordered?: boolean } = {}): void {
    if (bytes.byteLength === 0) throw new RangeError("SCTP has no empty messages");
    if (!(streamId >= 0 && streamId < this.outboundStreams)) throw new RangeError(`there is no stream ${streamId}`);
    if (!this.#acceptsMessages) throw new Error(`nothing can be sent in the state ${this.#state}`);
    const message: OutMessage = { streamId, protocolId, unordered, bytes, streamSequence: 0, at: 0 };
    if (this.#parts === undefined) this.#early.push(message);
    else this.#parts.sender.enqueue(message);
  }

  /** Drops messages of a stream that have not begun. */
  dropQueued(streamId: number): void {
    this.#parts?.sender.dropQueued(streamId);
    this.#early = this.#early.filter((message) => message.streamId !== streamId);
  }

  /** Resets outgoing streams once their messages were acknowledged (RFC 6525). @returns false if the peer can't */
  resetStreams(streamIds: readonly number[]): boolean {
    const parts = this.#parts;
    if (parts === undefined || (parts.peer.features & Feature.RE_CONFIG) === 0) return false;
    parts.resets.reset(streamIds);
    return true;
  }

  /** Ends the association when all that was sent has been acknowledged. */
  shutDown(nowMs: number): void {
    if (this.#state === "established") this.#state = "shutdown-pending";
    else if (this.#state === "closed" || this.#state === "cookie-wait" || this.#state === "cookie-echoed") {
      return this.abort("closed before it was open");
    }
    this.#checkShutdown(nowMs);
  }

  /** Ends the association at once. The next packet of {@link poll} tells the peer. */
  abort(message = ""): void {
    if (this.#state === "ended") return;
    this.#abort = { cause: textCause(ErrorCauseCode.USER_ABORT, message), end: { reason: "aborted", message } };
    this.#end("aborted", message);
  }

  /** A packet arrived. Any bytes are allowed. They are not kept. */
  receive(packet: Uint8Array, nowMs: number): void {
    this.#packet = packet;
    this.#nowMs = nowMs;
    this.#ignore = false;
    const fault = readPacket(packet, this.#handler);
    if (fault !== undefined || this.#ignore) this.ignoredPackets += 1;
    const parts = this.#parts;
    if (parts !== undefined && this.#state !== "ended") {
      parts.receiver.endPacket(nowMs);
      parts.resets.onProgress();
      this.#checkShutdown(nowMs);
    }
    this.#packet = new Uint8Array(0);
  }

  /** When {@link poll} should be called next, ms; Infinity: not before something else happens. */
  deadline(nowMs: number): number {
    if (this.#answers.length > 0 || this.#abort !== undefined) return nowMs;
    if (this.#state === "ended") return Number.POSITIVE_INFINITY;
    if (this.#cookieAckDue || this.#heartbeatAnswers.length > 0 || this.#errors.length > 0) return nowMs;
    let deadline = Math.min(this.#controlAtMs, this.#heartbeatAtMs);
    const parts = this.#parts;
    if (parts !== undefined) {
      deadline = Math.min(deadline, parts.receiver.deadlineMs, parts.resets.deadlineMs);
      if (SENDING.has(this.#state)) deadline = Math.min(deadline, parts.sender.deadlineMs(nowMs));
    }
    return Math.max(nowMs, deadline);
  }

  /**
   * The next packet to send, as a view that is valid until the next call; undefined if there is none now. Call it again until then.
   * Deadlines that have passed are processed first.
   */
  poll(nowMs: number): Uint8Array | undefined {
    this.#nowMs = nowMs;
    const answer = this.#answers.shift();
    if (answer !== undefined) {
      answer(this.#writer);
      return this.#writer.finish(false);
    }
    if (this.#abort !== undefined) return this.#writeAbort(this.#abort.cause);
    if (this.#state === "ended") return undefined;
    this.#runDeadlines(nowMs);
    // A deadline may have ended it.
    if (this.#abort !== undefined) return this.#writeAbort((this.#abort as { readonly cause: ErrorCause }).cause);
    return this.#ended ? undefined : this.#writePacket(nowMs);
  }

  get #ended(): boolean {
    return this.#state === "ended";
  }

  get #acceptsMessages(): boolean {
    return this.#state === "closed" || this.#state === "cookie-wait" || this.#state === "cookie-echoed" || this.#state === "established";
  }

  #createOwn(): OwnInit {
    const random = this.#options.randomBytes(8);
    return {
      tag: readU32(random, 0) || 1,
      initialTsn: readU32(random, 4),
      windowBytes: this.#options.receiveWindowBytes ?? DEFAULT_WINDOW_BYTES,
      streams: Math.min(this.#options.streams ?? MAX_STREAMS, MAX_STREAMS),
      acceptsZeroChecksum: this.#options.carrierProtects ?? false,
    };
  }

  #setUp(peer: PeerInit): void {
    const { maxPacketBytes = DEFAULT_PACKET_BYTES, maxMessageBytes = DEFAULT_MESSAGE_BYTES, randomBytes } = this.#options;
    const maxPayloadBytes = (maxPacketBytes - PACKET_OVERHEAD_BYTES) & ~3;
    const random = (): number => readU32(randomBytes(4), 0) / 2 ** 32;
    const sender = new Sender({
      initialTsn: this.#own.initialTsn,
      peerWindowBytes: peer.windowBytes,
      maxPayloadBytes,
      controller: this.#options.congestion ?? new ModelBased({ packetBytes: maxPayloadBytes, random }),
      maxRetransmissions: this.#maxRetransmissions,
      minRtoMs: this.#options.minRtoMs ?? DEFAULT_MIN_RTO_MS,
      maxRtoMs: this.#options.maxRtoMs ?? DEFAULT_MAX_RTO_MS,
    });
    const receiver = new Receiver(peer.initialTsn, this.#own.windowBytes, maxMessageBytes, (message) => this.#options.onMessage?.(message));
    const resets = new StreamReset({
      ownInitialTsn: this.#own.initialTsn,
      peerInitialTsn: peer.initialTsn,
      maxRetransmissions: this.#maxRetransmissions,
      lastTsn: () => sender.lastTsn,
      streamInUse: (streamId) => sender.usesStream(streamId),
      receivedUpTo: () => receiver.cumulativeTsn,
      onPeerReset: (streamIds) => {
        receiver.onReset(streamIds);
        this.#options.onPeerReset?.(streamIds);
      },
      onDone: (streamIds, accepted) => {
        if (accepted) sender.resetSequences(streamIds);
        this.#options.onResetDone?.(streamIds, accepted);
      },
    });
    for (const message of this.#early.splice(0)) if (message.streamId < peer.inboundStreams) sender.enqueue(message);
    this.#parts = { peer, sender, receiver, resets };
  }

  #establish(nowMs: number): void {
    this.#state = "established";
    this.#controlAtMs = Number.POSITIVE_INFINITY;
    this.#cookie = undefined;
    this.#restartHeartbeat(nowMs);
    this.#options.onOpen?.();
  }

  #restartHeartbeat(nowMs: number): void {
    const { heartbeatMs = DEFAULT_HEARTBEAT_MS } = this.#options;
    this.#heartbeatAtMs = heartbeatMs === 0 ? Number.POSITIVE_INFINITY : nowMs + heartbeatMs;
  }

  #startControl(nowMs: number): void {
    this.#controlTries = 0;
    this.#controlAtMs = nowMs;
  }

  #runDeadlines(nowMs: number): void {
    const parts = this.#parts;
    if (parts !== undefined && SENDING.has(this.#state) && parts.sender.onDeadline(nowMs) === "failed") {
      return this.#fail("no-answer", "the peer acknowledges nothing any more");
    }
    if (this.#controlAtMs <= nowMs && this.#controlTries > this.#maxRetransmissions)
      return this.#fail("no-answer", "the peer does not answer");
    if (this.#heartbeatAtMs <= nowMs && this.#unansweredHeartbeats > this.#maxRetransmissions)
      this.#fail("no-answer", "the peer does not answer");
  }

  #writePacket(nowMs: number): Uint8Array | undefined {
    const writer = this.#writer;
    const parts = this.#parts;
    writer.begin(this.#sourcePort, this.#destinationPort, this.#state === "cookie-wait" ? 0 : (parts?.peer.tag ?? 0));
    const empty = writer.length;
    const checksum = this.#writeControl(nowMs);
    if (checksum === "init") return writer.finish(false);
    if (parts !== undefined) {
      const fillsData = SENDING.has(this.#state);
      if (parts.receiver.wantsSack(nowMs, writer.length > empty || (fillsData && parts.sender.deadlineMs(nowMs) <= nowMs))) {
        parts.receiver.writeSack(writer);
      }
      this.#writeReset(nowMs, parts);
      if (fillsData) parts.sender.fill(writer, nowMs);
    }
    if (this.#ended || writer.length === empty) return undefined;
    const zero = checksum === "free" && parts !== undefined && (parts.peer.features & Feature.ZERO_CHECKSUM) !== 0;
    return writer.finish(zero);
  }

  /** Control chunks that are due. @returns "init": the packet may hold nothing else; "needed": it must have a checksum (RFC 9653, 5.2) */
  #writeControl(nowMs: number): "init" | "needed" | "free" {
    const writer = this.#writer;
    let checksum: "needed" | "free" = "free";
    if (this.#controlAtMs <= nowMs) {
      const rtoMs = FIRST_CONTROL_RTO_MS * 2 ** this.#controlTries;
      this.#controlAtMs = nowMs + Math.min(rtoMs, this.#options.maxRtoMs ?? DEFAULT_MAX_RTO_MS);
      this.#controlTries += 1;
      if (this.#state === "cookie-wait") {
        writer.init(ChunkType.INIT, initOf(this.#own));
        return "init";
      }
      if (this.#state === "cookie-echoed" && this.#cookie !== undefined) {
        writer.cookieEcho(this.#cookie);
        checksum = "needed";
      } else if (this.#state === "shutdown-sent") writer.shutdown(this.#parts?.receiver.cumulativeTsn ?? 0);
      else if (this.#state === "shutdown-ack-sent") writer.shutdownAck();
    }
    if (this.#cookieAckDue) {
      this.#cookieAckDue = false;
      writer.cookieAck();
    }
    for (const info of this.#heartbeatAnswers.splice(0)) if (writer.room >= info.byteLength + 8) writer.heartbeatAck(info);
    if (this.#errors.length > 0) {
      const causes = encodeErrorCauses(...this.#errors.splice(0));
      if (writer.room >= causes.byteLength + 8) writer.error(causes);
    }
    if (this.#heartbeatAtMs <= nowMs) {
      this.#restartHeartbeat(nowMs);
      this.#unansweredHeartbeats += 1;
      writer.heartbeat(Uint8Array.of(0, 1, 0, 8, 0, 0, 0, this.#unansweredHeartbeats & 0xff));
    }
    return checksum;
  }

  #writeReset(nowMs: number, { resets, sender }: Parts): void {
    const { smoothedRttMs } = sender;
    const reset = resets.take(nowMs, Number.isNaN(smoothedRttMs) ? FIRST_CONTROL_RTO_MS : Math.max(DEFAULT_MIN_RTO_MS, 2 * smoothedRttMs));
    if (reset === "failed") this.#fail("no-answer", "the peer does not answer a stream reset");
    else if (reset !== undefined && this.#writer.room >= reset.byteLength + 8) this.#writer.reConfig(reset);
  }

  #writeAbort(cause: ErrorCause): Uint8Array | undefined {
    this.#abort = undefined;
    const peer = this.#parts?.peer;
    if (peer === undefined) return undefined;
    this.#writer.begin(this.#sourcePort, this.#destinationPort, peer.tag);
    this.#writer.abort(encodeErrorCauses(cause), false);
    return this.#writer.finish(false);
  }

  /** Ends it because of the peer, and tells the peer. */
  #fail(reason: EndReason, message: string): void {
    if (this.#ended) return;
    this.#abort = { cause: textCause(ErrorCauseCode.PROTOCOL_VIOLATION, message), end: { reason, message } };
    this.#end(reason, message);
  }

  #end(reason: EndReason, message: string): void {
    if (this.#ended) return;
    this.#state = "ended";
    this.#controlAtMs = this.#heartbeatAtMs = Number.POSITIVE_INFINITY;
    this.#options.onEnd?.({ reason, message });
  }

  /** Goes on with a shutdown when everything was acknowledged. */
  #checkShutdown(nowMs: number): void {
    if (this.#parts?.sender.idle !== true) return;
    if (this.#state === "shutdown-pending") this.#state = "shutdown-sent";
    else if (this.#state === "shutdown-received") this.#state = "shutdown-ack-sent";
    else return;
    this.#startControl(nowMs);
  }

  #answer(answer: Answer): void {
    if (this.#answers.length < MAX_WAITING_ANSWERS) this.#answers.push(answer);
  }

  #createHandler(): PacketHandler {
    return {
      onPacket: (sourcePort, destinationPort, tag, checksum) => this.#onPacket(sourcePort, destinationPort, tag, checksum),
      onData: (flags, tsn, streamId, streamSequence, protocolId, start, end) => {
        const parts = this.#parts;
        if (parts === undefined || !RECEIVING.has(this.#state)) return;
        const fault = parts.receiver.onData({ flags, tsn, streamId, streamSequence, protocolId }, this.#packet, start, end);
        if (fault !== undefined) this.#fail("protocol-violation", `the peer sent a message that can't be used: ${fault}`);
      },
      onEmptyData: (tsn) => {
        if (this.#parts === undefined || this.#ended) return;
        this.#abort = { cause: noUserDataCause(tsn), end: { reason: "protocol-violation", message: "the peer sent a chunk without data" } };
        this.#end("protocol-violation", "the peer sent a chunk without data");
      },
      onSack: (cumulative, windowBytes, gapCount, duplicates, bytes, gapsOffset) => {
        const parts = this.#parts;
        if (parts === undefined || this.#ended) return;
        const before = parts.sender.bufferedBytes;
        const fault = parts.sender.onSack(this.#nowMs, cumulative, windowBytes, gapCount, bytes, gapsOffset);
        parts.sender.onDuplicates(duplicates);
        if (fault !== undefined) return this.#fail("protocol-violation", `the peer acknowledged what was never sent: ${fault}`);
        this.#restartHeartbeat(this.#nowMs);
        if (parts.sender.bufferedBytes < before) this.#options.onSent?.();
      },
      onInit: (type, init) => (type === ChunkType.INIT ? this.#onInit(init) : this.#onInitAck(init)),
      onCookieEcho: (start, end) => this.#onCookieEcho(start, end),
      onCookieAck: () => {
        if (this.#state === "cookie-echoed") this.#establish(this.#nowMs);
      },
      onHeartbeat: (start, end) => {
        if (this.#parts !== undefined && this.#heartbeatAnswers.length < MAX_WAITING_ANSWERS)
          this.#heartbeatAnswers.push(this.#packet.slice(start, end));
      },
      onHeartbeatAck: () => {
        this.#unansweredHeartbeats = 0;
      },
      onAbort: (_flags, start, end) => this.#end("peer-aborted", describeErrorCauses(decodeErrorCauses(this.#packet, start, end))),
      onError: (start, end) => {
        // A cookie that has expired: the handshake begins anew (RFC 9260, 5.2.6). Other errors change nothing.
        const stale = decodeErrorCauses(this.#packet, start, end).some(({ code }) => code === ErrorCauseCode.STALE_COOKIE);
        if (!stale || this.#state !== "cookie-echoed") return;
        this.#state = "cookie-wait";
        this.#startControl(this.#nowMs);
      },
      onShutdown: (cumulative) => this.#onShutdown(cumulative),
      onShutdownAck: () => {
        if (this.#state !== "shutdown-sent" && this.#state !== "shutdown-ack-sent") return;
        const tag = this.#parts?.peer.tag ?? 0;
        this.#answer((writer) => {
          writer.begin(this.#sourcePort, this.#destinationPort, tag);
          writer.shutdownComplete(false);
        });
        this.#end("shut-down", "");
      },
      onShutdownComplete: () => {
        if (this.#state === "shutdown-ack-sent") this.#end("shut-down", "");
      },
      onForwardTsn: (tsn, start, end) => {
        if (this.#parts !== undefined && RECEIVING.has(this.#state)) {
          this.#parts.receiver.onForwardTsn(tsn, decodeSkippedStreams(this.#packet, start, end));
        }
      },
      onReConfig: (start, end) => {
        const parameters = decodeReConfig(this.#packet, start, end);
        if (typeof parameters === "string" || this.#ended) return;
        for (const parameter of parameters) this.#parts?.resets.onParameter(parameter);
      },
      onUnknownChunk: (type, _flags, start, end) => {
        if (!reportsUnknownChunk(type) || this.#errors.length >= MAX_WAITING_ANSWERS) return;
        this.#errors.push({ code: ErrorCauseCode.UNRECOGNIZED_CHUNK_TYPE, info: this.#packet.slice(start, Math.min(end, start + 64)) });
      },
    };
  }

  /** Which packets belong to this association (RFC 9260, 8.5). */
  #onPacket(sourcePort: number, destinationPort: number, tag: number, checksum: ChecksumState): boolean {
    const type = this.#packet[12];
    const flags = this.#packet[13] ?? 0;
    const needsChecksum = type === ChunkType.INIT || type === ChunkType.COOKIE_ECHO || !this.#own.acceptsZeroChecksum;
    const valid = checksum === "valid" || (checksum === "zero" && (!needsChecksum || packetChecksum(this.#packet) === 0));
    const peerTag = this.#parts?.peer.tag;
    const reflected = (type === ChunkType.ABORT || type === ChunkType.SHUTDOWN_COMPLETE) && (flags & TAG_REFLECTED_FLAG) !== 0;
    const ours =
      type === ChunkType.INIT
        ? tag === 0
        : reflected
          ? peerTag !== undefined && tag === peerTag
          : tag === this.#own.tag || type === ChunkType.COOKIE_ECHO;
    this.#ignore = !valid || !ours || sourcePort !== this.#destinationPort || destinationPort !== this.#sourcePort || this.#ended;
    return !this.#ignore;
  }

  /** Answers an INIT with a cookie, and keeps nothing of it (RFC 9260, 5.1 and 5.2). */
  #onInit(init: IncomingInit): void {
    const peer = readInit(this.#packet, init);
    if (peer === undefined || this.#state === "shutdown-ack-sent") return;
    const running = this.#parts;
    const colliding = this.#state === "closed" || this.#state === "cookie-wait" || this.#state === "cookie-echoed";
    // While both sides open, the answer names what our own INIT names (5.2.1); later, a new tag, so that the old packets are told from the new (5.2.2).
    const own = colliding ? this.#own : { ...this.#createOwn(), initialTsn: this.#own.initialTsn };
    const cookie = encodeCookie(
      {
        createdMs: this.#nowMs,
        ownTag: own.tag,
        ownInitialTsn: own.initialTsn,
        peerTag: peer.tag,
        peerInitialTsn: peer.initialTsn,
        peerWindowBytes: peer.windowBytes,
        outboundStreams: peer.outboundStreams,
        inboundStreams: peer.inboundStreams,
        tieOwnTag: colliding ? 0 : this.#own.tag,
        tiePeerTag: colliding ? 0 : (running?.peer.tag ?? 0),
        features: peer.features,
      },
      this.#options.authenticate,
    );
    this.#answer((writer) => {
      writer.begin(this.#sourcePort, this.#destinationPort, peer.tag);
      writer.init(ChunkType.INIT_ACK, initOf(own, cookie));
    });
  }

  #onInitAck(init: IncomingInit): void {
    if (this.#state !== "cookie-wait") return;
    const peer = readInit(this.#packet, init);
    if (peer?.cookie === undefined) return;
    this.#setUp(peer);
    this.#cookie = peer.cookie;
    this.#state = "cookie-echoed";
    this.#startControl(this.#nowMs);
  }

  /** A cookie came back (RFC 9260, 5.1.5 and 5.2.4). */
  #onCookieEcho(start: number, end: number): void {
    const content = decodeCookie(this.#packet.subarray(start, end), this.#options.authenticate, this.#nowMs);
    if (content === "forged") return void (this.#ignore = true);
    if (content === "stale") return void this.#errors.push({ code: ErrorCauseCode.STALE_COOKIE, info: new Uint8Array(4) });
    const running = this.#parts?.peer.tag;
    const open = this.#state !== "closed" && this.#state !== "cookie-wait" && this.#state !== "cookie-echoed";
    if (content.ownTag === this.#own.tag && open) {
      // D: our COOKIE ACK was lost. Another tag of the peer can't be a collision any more.
      if (content.peerTag === running) this.#cookieAckDue = true;
      return;
    }
    if (content.ownTag !== this.#own.tag) {
      // A: the peer has begun anew. C: a late cookie, which is ignored.
      if (open && content.tieOwnTag === this.#own.tag && content.tiePeerTag === running)
        this.#end("peer-restarted", "the peer began a new association");
      return;
    }
    this.#setUp({
      tag: content.peerTag,
      initialTsn: content.peerInitialTsn,
      windowBytes: content.peerWindowBytes,
      outboundStreams: content.outboundStreams,
      inboundStreams: content.inboundStreams,
      features: content.features,
      cookie: undefined,
    });
    this.#cookieAckDue = true;
    this.#establish(this.#nowMs);
  }

  #onShutdown(cumulative: number): void {
    const parts = this.#parts;
    if (parts === undefined || this.#ended) return;
    if (this.#state === "shutdown-sent") {
      // Both shut down at once (RFC 9260, 9.2).
      this.#state = "shutdown-ack-sent";
      return this.#startControl(this.#nowMs);
    }
    if (!SENDING.has(this.#state)) return;
    if (parts.sender.onCumulative(this.#nowMs, cumulative) !== undefined)
      return this.#fail("protocol-violation", "the peer acknowledged what was never sent");
    this.#state = "shutdown-received";
    this.#checkShutdown(this.#nowMs);
  }
}
