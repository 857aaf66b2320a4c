import { ChunkType, reportsUnknownChunk, TAG_REFLECTED_FLAG } from "../wire/chunk-type.ts";
import { decodeErrorCauses, describeErrorCauses, ErrorCauseCode, noUserDataCause, staleCookieCause } from "../wire/error-cause.ts";
import { decodeSkippedStreams } from "../wire/forward-tsn-chunk.ts";
import { decodeSkippedMessages } from "../wire/i-forward-tsn-chunk.ts";
import type { IncomingInit } from "../wire/init-chunk.ts";
import type { ChecksumState, PacketHandler } from "../wire/packet-handler.ts";
import { packetChecksum } from "../wire/packet-header.ts";
import { readPacket } from "../wire/packet-reader.ts";
import { decodeReConfig } from "../wire/re-config.ts";
import type { IncomingChunk, Skipped } from "../receiving/assembly.ts";
import type { AssociationCore, AssociationState } from "./core.ts";
import { initOf, readInit } from "./negotiation.ts";
import { cookieFor, judgeCookie } from "./passive-open.ts";

/** States in which DATA is accepted (RFC 9260, 6). */
const RECEIVING: ReadonlySet<AssociationState> = new Set(["cookie-echoed", "established", "shutdown-pending", "shutdown-sent"]);

const NO_PACKET = new Uint8Array(0);

/** A packet as a plain Uint8Array: slice() of a Buffer of Node does not copy, and what is kept of a packet must be a copy. */
function plain(packet: Uint8Array): Uint8Array {
  if (Object.getPrototypeOf(packet) === Uint8Array.prototype) return packet;
  return new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength);
}

/** Reads packets, and does what their chunks ask for. */
export class Intake implements PacketHandler {
  readonly #core: AssociationCore;
  /** The packet that is being read, and when it arrived. */
  #packet: Uint8Array = NO_PACKET;
  #nowMs = 0;
  #ignore = false;

  constructor(core: AssociationCore) {
    this.#core = core;
  }

  /** Reads a packet. Any bytes are allowed. @returns whether it was ignored, or has a fault */
  read(packet: Uint8Array, nowMs: number): boolean {
    this.#packet = plain(packet);
    this.#nowMs = nowMs;
    this.#ignore = false;
    const fault = readPacket(this.#packet, this);
    this.#packet = NO_PACKET;
    return fault !== undefined || this.#ignore;
  }

  get interleaves(): boolean {
    return this.#core.parts?.interleaved === true;
  }

  readonly onData: PacketHandler["onData"] = (flags, tsn, streamId, sequence, protocolId, start, end) => {
    if (this.interleaves) this.#core.fail("protocol-violation", "the peer sent DATA although it uses I-DATA"); // RFC 8260, 2.2.1
    else this.#onData({ flags, tsn, streamId, sequence, protocolId }, start, end);
  };
  readonly onIData: PacketHandler["onIData"] = (flags, tsn, streamId, sequence, protocolId, start, end) => {
    this.#onData({ flags, tsn, streamId, sequence, protocolId }, start, end);
  };
  readonly onEmptyData: PacketHandler["onEmptyData"] = (tsn) => {
    if (this.#core.parts === undefined || this.#core.ended) return;
    this.#core.abortCause = noUserDataCause(tsn);
    this.#core.end("protocol-violation", "the peer sent a chunk without data");
  };
  readonly onSack: PacketHandler["onSack"] = (cumulative, windowBytes, gapCount, duplicates, bytes, gapsOffset) => {
    const parts = this.#core.parts;
    if (parts === undefined || this.#core.ended) return;
    const before = parts.sender.bufferedBytes;
    const fault = parts.sender.onSack(this.#nowMs, cumulative, windowBytes, gapCount, bytes, gapsOffset);
    parts.sender.onDuplicates(duplicates);
    if (fault !== undefined) return this.#core.fail("protocol-violation", `the peer acknowledged what was never sent: ${fault}`);
    this.#core.outbox.restartHeartbeat(this.#nowMs);
    if (parts.sender.bufferedBytes < before) this.#core.options.onSent?.();
  };
  readonly onInit: PacketHandler["onInit"] = (type, init) => (type === ChunkType.INIT ? this.#onInit(init) : this.#onInitAck(init));
  readonly onCookieEcho: PacketHandler["onCookieEcho"] = (start, end) => this.#onCookieEcho(start, end);
  readonly onCookieAck: PacketHandler["onCookieAck"] = () => {
    if (this.#core.state === "cookie-echoed") this.#core.establish(this.#nowMs);
  };
  readonly onHeartbeat: PacketHandler["onHeartbeat"] = (start, end) => {
    if (this.#core.parts !== undefined) this.#core.outbox.addHeartbeatAnswer(this.#packet.slice(start, end));
  };
  readonly onHeartbeatAck: PacketHandler["onHeartbeatAck"] = (start, end) => {
    this.#core.outbox.unansweredHeartbeats = 0;
    this.#core.parts?.path?.onAnswer(this.#packet, start, end, this.#nowMs);
  };
  readonly onAbort: PacketHandler["onAbort"] = (_flags, start, end) =>
    this.#core.end("peer-aborted", describeErrorCauses(decodeErrorCauses(this.#packet, start, end)));
  readonly onError: PacketHandler["onError"] = (start, end) => {
    // A cookie that has expired: the handshake starts again (RFC 9260, 5.2.6). Other errors change nothing.
    const stale = decodeErrorCauses(this.#packet, start, end).some(({ code }) => code === ErrorCauseCode.STALE_COOKIE);
    if (!stale || this.#core.state !== "cookie-echoed") return;
    this.#core.state = "cookie-wait";
    this.#core.startControl(this.#nowMs);
  };
  readonly onShutdown: PacketHandler["onShutdown"] = (cumulative) => this.#onShutdown(cumulative);
  readonly onShutdownAck: PacketHandler["onShutdownAck"] = () => {
    if (this.#core.state !== "shutdown-sent" && this.#core.state !== "shutdown-ack-sent") return;
    const tag = this.#core.parts?.peer.tag ?? 0;
    this.#core.outbox.addAnswer((writer) => {
      writer.begin(this.#core.options.sourcePort, this.#core.destinationPort, tag);
      writer.shutdownComplete(false);
    });
    this.#core.end("shut-down", "");
  };
  readonly onShutdownComplete: PacketHandler["onShutdownComplete"] = () => {
    if (this.#core.state === "shutdown-ack-sent") this.#core.end("shut-down", "");
  };
  readonly onForwardTsn: PacketHandler["onForwardTsn"] = (tsn, start, end) => {
    if (this.interleaves) return this.#core.fail("protocol-violation", "the peer sent FORWARD-TSN although it uses I-DATA"); // RFC 8260, 2.3.1
    const skipped = decodeSkippedStreams(this.#packet, start, end);
    this.#onSkipped(
      tsn,
      skipped.map(({ streamId, streamSequence }) => ({ streamId, unordered: false, sequence: streamSequence })),
    );
  };
  readonly onIForwardTsn: PacketHandler["onIForwardTsn"] = (tsn, start, end) => {
    const skipped = decodeSkippedMessages(this.#packet, start, end);
    this.#onSkipped(
      tsn,
      skipped.map(({ streamId, unordered, messageId }) => ({ streamId, unordered, sequence: messageId })),
    );
  };
  readonly onReConfig: PacketHandler["onReConfig"] = (start, end) => {
    const parameters = decodeReConfig(this.#packet, start, end);
    if (typeof parameters === "string" || this.#core.ended) return;
    for (const parameter of parameters) this.#core.parts?.resets.onParameter(parameter);
  };
  readonly onUnknownChunk: PacketHandler["onUnknownChunk"] = (type, _flags, start, end) => {
    if (reportsUnknownChunk(type))
      this.#core.outbox.addError({
        code: ErrorCauseCode.UNRECOGNIZED_CHUNK_TYPE,
        info: this.#packet.slice(start, Math.min(end, start + 64)),
      });
  };

  /** Which packets belong to this association (RFC 9260, 8.5). */
  onPacket(sourcePort: number, destinationPort: number, tag: number, checksum: ChecksumState): boolean {
    const type = this.#packet[12];
    const flags = this.#packet[13] ?? 0;
    const needsChecksum = type === ChunkType.INIT || type === ChunkType.COOKIE_ECHO || !this.#core.own.acceptsZeroChecksum;
    const valid = checksum === "valid" || (checksum === "zero" && (!needsChecksum || packetChecksum(this.#packet) === 0));
    const peerTag = this.#core.parts?.peer.tag;
    const reflected = (type === ChunkType.ABORT || type === ChunkType.SHUTDOWN_COMPLETE) && (flags & TAG_REFLECTED_FLAG) !== 0;
    const ours =
      type === ChunkType.INIT
        ? tag === 0
        : reflected
          ? peerTag !== undefined && tag === peerTag
          : tag === this.#core.own.tag || type === ChunkType.COOKIE_ECHO;
    this.#ignore =
      !valid || !ours || sourcePort !== this.#core.destinationPort || destinationPort !== this.#core.options.sourcePort || this.#core.ended;
    return !this.#ignore;
  }

  #onData(chunk: IncomingChunk, start: number, end: number): void {
    const parts = this.#core.parts;
    if (parts === undefined || !RECEIVING.has(this.#core.state)) return;
    const fault = parts.receiver.onData(chunk, this.#packet, start, end);
    if (fault !== undefined) this.#core.fail("protocol-violation", `the peer sent a message that can't be used: ${fault}`);
  }

  #onSkipped(tsn: number, skipped: readonly Skipped[]): void {
    if (RECEIVING.has(this.#core.state)) this.#core.parts?.receiver.onForwardTsn(tsn, skipped);
  }

  /** Answers an INIT with a cookie, and keeps nothing of it (RFC 9260, 5.1 and 5.2). */
  #onInit(init: IncomingInit): void {
    const peer = readInit(this.#packet, init);
    if (peer === undefined || this.#core.state === "shutdown-ack-sent") return;
    const running = this.#core.runningTags;
    // While both sides open, the answer names what our own INIT names (5.2.1); later, a new tag, so that the old packets are told from the new (5.2.2).
    const own = running === undefined ? this.#core.own : { ...this.#core.createOwn(), initialTsn: this.#core.own.initialTsn };
    const cookie = cookieFor(own, peer, running, this.#nowMs, this.#core.options.authenticate);
    this.#core.outbox.addAnswer((writer) => {
      writer.begin(this.#core.options.sourcePort, this.#core.destinationPort, peer.tag);
      writer.init(ChunkType.INIT_ACK, initOf(own, cookie));
    });
  }

  #onInitAck(init: IncomingInit): void {
    if (this.#core.state !== "cookie-wait") return;
    const peer = readInit(this.#packet, init);
    if (peer?.cookie === undefined) return;
    this.#core.setUp(peer);
    this.#core.cookie = peer.cookie;
    this.#core.state = "cookie-echoed";
    this.#core.startControl(this.#nowMs);
  }

  #onCookieEcho(start: number, end: number): void {
    const cookie = this.#packet.subarray(start, end);
    const verdict = judgeCookie(cookie, this.#core.own.tag, this.#core.runningTags, this.#nowMs, this.#core.options.authenticate);
    if (verdict === "ignore") this.#ignore = true;
    else if (verdict === "stale") this.#core.outbox.addError(staleCookieCause(0));
    else if (verdict === "restarted") this.#core.end("peer-restarted", "the peer began a new association");
    else {
      this.#core.outbox.cookieAckDue = true;
      if (verdict === "acknowledge") return;
      this.#core.setUp(verdict.peer);
      this.#core.establish(this.#nowMs);
    }
  }

  #onShutdown(cumulative: number): void {
    const parts = this.#core.parts;
    if (parts === undefined || this.#core.ended) return;
    if (this.#core.state === "shutdown-sent") {
      // Both shut down at once (RFC 9260, 9.2).
      this.#core.state = "shutdown-ack-sent";
      return this.#core.startControl(this.#nowMs);
    }
    if (!this.#core.sends) return;
    if (parts.sender.onCumulative(this.#nowMs, cumulative) !== undefined)
      return this.#core.fail("protocol-violation", "the peer acknowledged what was never sent");
    this.#core.state = "shutdown-received";
    this.#core.checkShutdown(this.#nowMs);
  }
}
