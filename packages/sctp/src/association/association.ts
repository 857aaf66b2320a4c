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
import { ChunkType } from "../wire/chunk-type.ts";
import { encodeErrorCauses, type ErrorCause, ErrorCauseCode, textCause } from "../wire/error-cause.ts";
import { decodeInitChunk, encodeInitChunk } from "../wire/init-chunk.ts";
import { PacketWriter } from "../wire/packet-writer.ts";
import { AssociationCore, type AssociationState, type Parts } from "./core.ts";
import { Intake } from "./intake.ts";
import { Feature, initOf, type PeerInit, readInit } from "./negotiation.ts";
import { type AssociationOptions, type AssociationStats, withDefaults } from "./options.ts";
import type { PathMtu } from "../sending/path-mtu.ts";
import type { QueueMeter, QueuedMessage } from "../sending/out-chunk.ts";

/** First time-out of INIT, COOKIE ECHO and SHUTDOWN, ms (RFC 9260, 16: RTO.Initial). */
const FIRST_CONTROL_RTO_MS = 1000;

/** How a message is sent. */
export interface SendOptions {
  /** It may arrive before earlier messages of its stream. @default false */
  readonly unordered?: boolean;
  /** Told when bytes of the message leave the queue. */
  readonly meter?: QueueMeter | undefined;
  /**
   * How often each of its chunks may be sent again before the message is given up (RFC 3758). This limit and the next one count only if the peer can skip
   * messages that are given up. @default Infinity
   */
  readonly maxRetransmits?: number | undefined;
  /** How long it may be sent before it is given up, ms, from the next {@link Association.poll} on. @default Infinity */
  readonly lifetimeMs?: number | undefined;
}

/** Time for which a program that sends as much as it can should keep data waiting, ms: a slow turn of its event loop, and a read of its disk. */
const SUPPLY_MS = 20;

export class Association {
  readonly #core: AssociationCore;
  readonly #intake: Intake;
  readonly #writer: PacketWriter;
  /** Packets that were ignored: wrong tag, wrong checksum, malformed, or out of place. */
  ignoredPackets = 0;

  constructor(options: AssociationOptions) {
    this.#core = new AssociationCore(withDefaults(options));
    this.#intake = new Intake(this.#core);
    this.#writer = new PacketWriter(this.#core.options.maxPathPacketBytes);
    this.#writer.setLimit(this.#core.options.maxPacketBytes);
  }

  get state(): AssociationState {
    return this.#core.state;
  }

  /** Bytes of messages that are not sent, or not acknowledged. */
  get bufferedBytes(): number {
    return (this.#core.parts?.sender.bufferedBytes ?? 0) + this.#earlyBytes;
  }

  /** Bytes of messages that were never sent: what a new message has to wait for, besides the window. */
  get queuedBytes(): number {
    return (this.#core.parts?.sender.queuedBytes ?? 0) + this.#earlyBytes;
  }

  /**
   * How many bytes should wait to be sent, for a program that wants to send as fast as the path takes them. With more, what it decides to send next only
   * waits for longer. 0 until the association is open.
   */
  get supplyBytes(): number {
    const sender = this.#core.parts?.sender;
    return sender === undefined ? 0 : Math.min(sender.windowBytes, sender.pacingRate * SUPPLY_MS);
  }

  /** What is known of the path, and what is kept of the peer's. */
  get stats(): AssociationStats {
    const sender = this.#core.parts?.sender;
    return {
      inflightBytes: sender?.inflightBytes ?? 0,
      windowBytes: sender?.windowBytes ?? 0,
      pacingRate: sender?.pacingRate ?? 0,
      deliveredBytes: sender?.deliveredBytes ?? 0,
      lostBytes: sender?.lostBytes ?? 0,
      roundTripMs: sender?.smoothedRttMs ?? Number.NaN,
      heldBytes: this.#core.parts?.receiver.heldBytes ?? 0,
      packetBytes: this.#core.parts?.path?.packetBytes ?? this.#core.options.maxPacketBytes,
    };
  }

  /** Streams that may be sent on, once open. */
  get outboundStreams(): number {
    return Math.min(this.#core.own.streams, this.#core.parts?.peer.inboundStreams ?? this.#core.own.streams);
  }

  /** Whether streams take turns by fragments (RFC 8260): both sides want that. False before it is open. */
  get interleaves(): boolean {
    return this.#core.parts?.interleaved === true;
  }

  /** The peer's port, for a program that learns it after it made the association. */
  setDestinationPort(port: number): void {
    this.#core.destinationPort = port;
  }

  /** Begins the handshake. Both sides may. */
  connect(nowMs: number): void {
    if (this.#core.state !== "closed") return;
    this.#core.state = "cookie-wait";
    this.#core.startControl(nowMs);
  }

  /** Our INIT chunk, for a description that carries it (draft-hancke-tsvwg-snap: `a=sctp-init`). */
  get initChunk(): Uint8Array {
    return encodeInitChunk(initOf(this.#core.own));
  }

  /** Whether {@link openWith} can use a peer's INIT chunk. To be known before it is agreed to. */
  static canOpenWith(peerInit: Uint8Array): boolean {
    return readPeerInit(peerInit) !== undefined;
  }

  /** Opens without a handshake: each side knows the other's INIT chunk (SNAP). @returns false if the peer's chunk can't be used */
  openWith(peerInit: Uint8Array, nowMs: number): boolean {
    if (this.#core.state !== "closed") return false;
    const peer = readPeerInit(peerInit);
    if (peer === undefined) return false;
    this.#core.setUp(peer);
    this.#core.establish(nowMs);
    return true;
  }

  /** Whether {@link send} is allowed in this state. */
  get acceptsMessages(): boolean {
    return this.#core.opening || this.#core.state === "established";
  }

  /**
   * Sends a message, as soon as it may be. The bytes must not be changed until it was acknowledged.
   * @throws {RangeError} for an empty message, and for a stream that doesn't exist
   */
  send(streamId: number, protocolId: number, bytes: Uint8Array, options: SendOptions = {}): void {
    if (bytes.byteLength === 0) throw new RangeError("SCTP has no empty messages");
    if (!(streamId >= 0 && streamId < this.outboundStreams)) throw new RangeError(`there is no stream ${streamId}`);
    if (!this.acceptsMessages) throw new Error(`nothing can be sent in the state ${this.#core.state}`);
    const { unordered = false, meter, maxRetransmits = Infinity, lifetimeMs = Infinity } = options;
    const limits = maxRetransmits === Infinity && lifetimeMs === Infinity ? undefined : { maxRetransmits, lifetimeMs };
    const message: QueuedMessage = { streamId, protocolId, unordered, bytes, meter, limits };
    if (this.#core.parts === undefined) this.#core.early.push(message);
    else this.#core.parts.sender.enqueue(message);
  }

  /** Drops messages of a stream that have not begun. @param keptProtocolId messages of this protocol stay */
  dropQueued(streamId: number, keptProtocolId?: number): void {
    this.#core.parts?.sender.dropQueued(streamId, keptProtocolId);
    this.#core.early = this.#core.early.filter((message) => {
      const kept = message.streamId !== streamId || message.protocolId === keptProtocolId;
      if (!kept) message.meter?.onLeft(message.bytes.byteLength);
      return kept;
    });
  }

  /** Resets outgoing streams once their messages were acknowledged (RFC 6525). @returns false if the peer can't */
  resetStreams(streamIds: readonly number[]): boolean {
    const parts = this.#core.parts;
    if (parts === undefined || (parts.peer.features & Feature.RE_CONFIG) === 0) return false;
    parts.resets.reset(streamIds);
    return true;
  }

  /**
   * The peer uses a stream again that this side is resetting, so it has done the reset although its answer has not arrived: the stream counts as reset from
   * now on. @returns whether such a reset was sent; `onResetDone` was called then
   */
  confirmReset(streamId: number): boolean {
    return this.#core.parts?.resets.confirm(streamId) === true;
  }

  /** Ends the association when all that was sent has been acknowledged. */
  shutDown(nowMs: number): void {
    if (this.#core.state === "established") this.#core.state = "shutdown-pending";
    else if (this.#core.opening) {
      return this.abort("closed before it was open");
    }
    this.#core.checkShutdown(nowMs);
  }

  /** Ends the association at once. The next packet of {@link poll} tells the peer. */
  abort(message = ""): void {
    if (this.#core.state === "ended") return;
    this.#core.abortCause = textCause(ErrorCauseCode.USER_ABORT, message);
    this.#core.end("aborted", message);
  }

  /** Ends the association because the peer breaks a rule of the protocol above. The next packet of {@link poll} tells the peer. */
  refusePeer(message: string): void {
    this.#core.fail("protocol-violation", message);
  }

  /** A packet arrived. Any bytes are allowed. They are not kept. */
  receive(packet: Uint8Array, nowMs: number): void {
    if (this.#intake.read(packet, nowMs)) this.ignoredPackets += 1;
    const parts = this.#core.parts;
    if (parts !== undefined && this.#core.state !== "ended") {
      parts.receiver.endPacket(nowMs);
      parts.resets.onProgress();
      this.#core.checkShutdown(nowMs);
    }
  }

  /**
   * Packets take another path from now on, as after a restart of ICE. What was under way is sent again at once, whatever time-outs had grown to; rate, window
   * and packet size are measured again, and the peer is told what has arrived.
   */
  changePath(nowMs: number): void {
    const { parts, outbox } = this.#core;
    if (this.#core.controlAtMs !== Number.POSITIVE_INFINITY) this.#core.startControl(nowMs);
    outbox.restartHeartbeat(nowMs);
    outbox.unansweredHeartbeats = 0;
    if (parts === undefined || this.#core.state === "ended") return;
    parts.sender.onPathChange(nowMs, parts.createController());
    parts.path?.onPathChange();
    parts.receiver.sackSoon();
  }

  /** When {@link poll} should be called next, ms; Infinity: not before something else happens. */
  deadline(nowMs: number): number {
    if (this.#core.outbox.hasAnswer || this.#core.abortCause !== undefined) return nowMs;
    if (this.#core.state === "ended") return Number.POSITIVE_INFINITY;
    let deadline = Math.min(this.#core.controlAtMs, this.#core.outbox.deadlineMs);
    const parts = this.#core.parts;
    if (parts !== undefined) {
      deadline = Math.min(deadline, parts.receiver.deadlineMs, parts.resets.deadlineMs);
      if (parts.path !== undefined && this.#core.state === "established") deadline = Math.min(deadline, parts.path.deadlineMs);
      if (this.#core.sends) deadline = Math.min(deadline, parts.sender.deadlineMs(nowMs));
    }
    return Math.max(nowMs, deadline);
  }

  /**
   * The next packet to send, as a view that is valid until the next call; undefined if there is none now. Call it again until then.
   * Deadlines that have passed are processed first.
   */
  poll(nowMs: number): Uint8Array | undefined {
    const answer = this.#core.outbox.takeAnswer();
    if (answer !== undefined) {
      answer(this.#writer);
      return this.#writer.finish(false);
    }
    if (this.#core.abortCause !== undefined) return this.#writeAbort(this.#core.abortCause);
    if (this.#core.state === "ended") return undefined;
    this.#runDeadlines(nowMs);
    // A deadline may have ended it.
    if (this.#core.abortCause !== undefined) return this.#writeAbort(this.#core.abortCause);
    if (this.#core.ended) return undefined;
    const parts = this.#core.parts;
    if (parts?.path !== undefined) {
      this.#writer.setLimit(parts.path.packetBytes);
      const probe = this.#core.state === "established" ? this.#writeProbe(nowMs, parts, parts.path) : undefined;
      if (probe !== undefined) return probe;
    }
    return this.#writePacket(nowMs);
  }

  /** Bytes of messages that wait for the association to open. */
  get #earlyBytes(): number {
    return this.#core.early.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }

  #runDeadlines(nowMs: number): void {
    const parts = this.#core.parts;
    if (parts !== undefined && this.#core.sends && parts.sender.onDeadline(nowMs) === "failed") {
      return this.#core.fail("no-answer", "the peer acknowledges nothing any more");
    }
    if (parts?.path?.hopeless === true) {
      return this.#core.fail("path-shrank", "the path does not carry packets any more that are as large as those under way");
    }
    if (this.#core.controlAtMs <= nowMs && this.#core.controlTries > this.#core.options.maxRetransmissions)
      return this.#core.fail("no-answer", "the peer does not answer");
    if (this.#core.outbox.unansweredHeartbeats > this.#core.options.maxRetransmissions)
      this.#core.fail("no-answer", "the peer does not answer");
  }

  /** A probe of the path's MTU, if it is due: HEARTBEAT, and padding up to the probed size (RFC 8899, 6.2.1.2). */
  #writeProbe(nowMs: number, { peer, sender }: Parts, path: PathMtu): Uint8Array | undefined {
    const probe = path.take(nowMs, sender.smoothedRttMs);
    if (probe === undefined) return undefined;
    const writer = this.#writer;
    writer.begin(this.#core.options.sourcePort, this.#core.destinationPort, peer.tag);
    writer.admit(probe.packetBytes - writer.length);
    writer.heartbeat(probe.info);
    writer.pad(probe.packetBytes - writer.length);
    return writer.finish((peer.features & Feature.ZERO_CHECKSUM) !== 0);
  }

  #writePacket(nowMs: number): Uint8Array | undefined {
    const writer = this.#writer;
    const parts = this.#core.parts;
    writer.begin(
      this.#core.options.sourcePort,
      this.#core.destinationPort,
      this.#core.state === "cookie-wait" ? 0 : (parts?.peer.tag ?? 0),
    );
    const empty = writer.length;
    const checksum = this.#writeControl(nowMs);
    if (checksum === "init") return writer.finish(false);
    if (parts !== undefined) {
      const fillsData = this.#core.sends;
      if (parts.receiver.wantsSack(nowMs, writer.length > empty || (fillsData && parts.sender.deadlineMs(nowMs) <= nowMs))) {
        parts.receiver.writeSack(writer);
      }
      this.#writeReset(nowMs, parts);
      if (fillsData) this.#fill(nowMs, parts);
    }
    if (this.#core.ended || writer.length === empty) return undefined;
    const zero = checksum === "free" && parts !== undefined && (parts.peer.features & Feature.ZERO_CHECKSUM) !== 0;
    return writer.finish(zero);
  }

  /** Control chunks that are due. @returns "init": the packet may hold nothing else; "needed": it must have a checksum (RFC 9653, 5.2) */
  #writeControl(nowMs: number): "init" | "needed" | "free" {
    const writer = this.#writer;
    let checksum: "needed" | "free" = "free";
    if (this.#core.controlAtMs <= nowMs) {
      const rtoMs = FIRST_CONTROL_RTO_MS * 2 ** this.#core.controlTries;
      this.#core.controlAtMs = nowMs + Math.min(rtoMs, this.#core.options.maxRtoMs);
      this.#core.controlTries += 1;
      if (this.#core.state === "cookie-wait") {
        writer.init(ChunkType.INIT, initOf(this.#core.own));
        return "init";
      }
      if (this.#core.state === "cookie-echoed" && this.#core.cookie !== undefined) {
        writer.cookieEcho(this.#core.cookie);
        checksum = "needed";
      } else if (this.#core.state === "shutdown-sent") writer.shutdown(this.#core.parts?.receiver.cumulativeTsn ?? 0);
      else if (this.#core.state === "shutdown-ack-sent") writer.shutdownAck();
    }
    this.#core.outbox.write(writer, nowMs);
    return checksum;
  }

  /** Data is written; messages may be given up instead, so that fewer bytes are buffered. */
  #fill(nowMs: number, { sender }: Parts): void {
    const before = sender.bufferedBytes;
    sender.fill(this.#writer, nowMs);
    if (sender.bufferedBytes < before) this.#core.options.onSent?.();
  }

  #writeReset(nowMs: number, { resets, sender }: Parts): void {
    const { smoothedRttMs } = sender;
    const reset = resets.take(
      nowMs,
      Number.isNaN(smoothedRttMs) ? FIRST_CONTROL_RTO_MS : Math.max(this.#core.options.minRtoMs, 2 * smoothedRttMs),
      this.#writer.room,
    );
    if (reset === "failed") this.#core.fail("no-answer", "the peer does not answer a stream reset");
    else if (reset !== undefined) this.#writer.reConfig(reset);
  }

  #writeAbort(cause: ErrorCause): Uint8Array | undefined {
    this.#core.abortCause = undefined;
    const peer = this.#core.parts?.peer;
    if (peer === undefined) return undefined;
    this.#writer.begin(this.#core.options.sourcePort, this.#core.destinationPort, peer.tag);
    this.#writer.abort(encodeErrorCauses(cause), false);
    return this.#writer.finish(false);
  }
}

function readPeerInit(chunk: Uint8Array): PeerInit | undefined {
  const init = decodeInitChunk(chunk);
  return init === undefined ? undefined : readInit(chunk, init);
}
