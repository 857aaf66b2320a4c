import type { CongestionController } from "../congestion/controller.ts";
import { ModelBased } from "../congestion/model-based.ts";
import { readU32 } from "../wire/big-endian.ts";
import { DATA_HEADER_BYTES } from "../wire/data-chunk.ts";
import { type ErrorCause, ErrorCauseCode, textCause } from "../wire/error-cause.ts";
import { I_DATA_HEADER_BYTES } from "../wire/i-data-chunk.ts";
import { PACKET_HEADER_BYTES } from "../wire/packet-header.ts";
import { ControlOutbox } from "./control-outbox.ts";
import { Feature, type OwnInit, type PeerInit } from "./negotiation.ts";
import type { EndReason, ResolvedOptions } from "./options.ts";
import type { QueuedMessage } from "../sending/out-chunk.ts";
import type { RunningTags } from "./passive-open.ts";
import type { Message } from "../receiving/assembly.ts";
import { InterleavedReassembly } from "../receiving/interleaved-reassembly.ts";
import { Reassembly } from "../receiving/reassembly.ts";
import { PathMtu } from "../sending/path-mtu.ts";
import { Receiver } from "../receiving/receiver.ts";
import { Sender } from "../sending/sender.ts";
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

/** Most payload of a DATA or I_DATA chunk that is alone in its packet. */
function payloadOf(packetBytes: number, headerBytes: number): number {
  return (packetBytes - PACKET_HEADER_BYTES - headerBytes) & ~3;
}

/** States in which DATA is sent. */
const SENDING: ReadonlySet<AssociationState> = new Set(["established", "shutdown-pending", "shutdown-received"]);

/** States in which there is no association yet. */
const OPENING: ReadonlySet<AssociationState> = new Set(["closed", "cookie-wait", "cookie-echoed"]);

/** What there is as soon as the peer's INIT or its cookie is known. */
export interface Parts {
  /** Data is in I_DATA chunks, in both directions (RFC 8260). */
  readonly interleaved: boolean;
  readonly peer: PeerInit;
  readonly sender: Sender;
  readonly receiver: Receiver;
  readonly resets: StreamReset;
  /** Undefined if packets have a fixed size. */
  readonly path: PathMtu | undefined;
  /** Makes a congestion controller that knows nothing of the path. */
  readonly createController: () => CongestionController;
}

/** The state of an association and its transitions, which what reads packets (intake.ts) and what writes them (association.ts) share. */
export class AssociationCore {
  readonly options: ResolvedOptions;
  readonly outbox: ControlOutbox;
  readonly own: OwnInit;
  destinationPort: number;
  state: AssociationState = "closed";
  parts: Parts | undefined;
  /** The peer's cookie, until it is acknowledged. */
  cookie: Uint8Array | undefined;
  /** Messages that were given before the peer was known. */
  early: QueuedMessage[] = [];
  /** When INIT, COOKIE ECHO, SHUTDOWN or SHUTDOWN ACK is sent (again), ms. */
  controlAtMs: number = Number.POSITIVE_INFINITY;
  controlTries = 0;
  /** Why the peer is to be told that it ended. */
  abortCause: ErrorCause | undefined;

  constructor(options: ResolvedOptions) {
    this.options = options;
    this.destinationPort = options.destinationPort;
    this.outbox = new ControlOutbox(options.heartbeatMs);
    this.own = this.createOwn();
  }

  get ended(): boolean {
    return this.state === "ended";
  }

  /** Whether DATA is sent in this state. */
  get sends(): boolean {
    return SENDING.has(this.state);
  }

  get opening(): boolean {
    return OPENING.has(this.state);
  }

  /** The tags of the association, once it is open. */
  get runningTags(): RunningTags | undefined {
    return this.opening || this.parts === undefined ? undefined : { own: this.own.tag, peer: this.parts.peer.tag };
  }

  /** A new tag and first TSN. */
  createOwn(): OwnInit {
    const random = this.options.randomBytes(8);
    return {
      tag: readU32(random, 0) || 1,
      initialTsn: readU32(random, 4),
      windowBytes: this.options.receiveWindowBytes,
      streams: this.options.streams,
      acceptsZeroChecksum: this.options.carrierProtects,
      interleaves: this.options.interleaving,
    };
  }

  /** The peer is known: data can be received, and sent once it is open. */
  setUp(peer: PeerInit): void {
    const { maxPacketBytes, maxPathPacketBytes, maxMessageBytes, maxRetransmissions, randomBytes } = this.options;
    const interleaved = this.own.interleaves && (peer.features & Feature.I_DATA) !== 0;
    const headerBytes = interleaved ? I_DATA_HEADER_BYTES : DATA_HEADER_BYTES;
    const chunkSize = { maxPayloadBytes: payloadOf(maxPacketBytes, headerBytes) };
    const random32 = (): number => readU32(randomBytes(4), 0);
    const baseBytes = maxPacketBytes & ~3;
    const maxBytes = maxPathPacketBytes & ~3;
    const onChange = (packetBytes: number): number => (chunkSize.maxPayloadBytes = payloadOf(packetBytes, headerBytes));
    const path = maxBytes > baseBytes ? new PathMtu({ baseBytes, maxBytes, nonce: random32, onChange }) : undefined;
    const createController = (): CongestionController =>
      this.options.congestion ?? new ModelBased({ packetBytes: chunkSize.maxPayloadBytes, random: () => random32() / 2 ** 32 });
    const sender = new Sender({
      initialTsn: this.own.initialTsn,
      peerWindowBytes: peer.windowBytes,
      interleaved,
      peerSkips: (peer.features & (interleaved ? Feature.I_FORWARD_TSN : Feature.FORWARD_TSN)) !== 0,
      chunkSize,
      controller: createController(),
      maxRetransmissions: maxRetransmissions,
      minRtoMs: this.options.minRtoMs,
      maxRtoMs: this.options.maxRtoMs,
      onLost:
        path === undefined
          ? undefined
          : ({ length, transmissions }) => path.onLoss(length + PACKET_HEADER_BYTES + headerBytes, transmissions, sender.deliveredBytes),
    });
    const deliver = (message: Message): void => this.options.onMessage?.(message);
    const assembly = interleaved ? new InterleavedReassembly(maxMessageBytes, deliver) : new Reassembly(maxMessageBytes, deliver);
    const receiver = new Receiver(peer.initialTsn, this.own.windowBytes, assembly);
    const resets = new StreamReset({
      ownInitialTsn: this.own.initialTsn,
      peerInitialTsn: peer.initialTsn,
      maxRetransmissions: maxRetransmissions,
      lastTsn: () => sender.lastTsn,
      streamInUse: (streamId) => sender.usesStream(streamId),
      receivedUpTo: () => receiver.cumulativeTsn,
      onPeerReset: (streamIds) => {
        receiver.onReset(streamIds);
        this.options.onPeerReset?.(streamIds);
      },
      onDone: (streamIds, accepted) => {
        if (accepted) sender.resetSequences(streamIds);
        this.options.onResetDone?.(streamIds, accepted);
      },
    });
    for (const message of this.early.splice(0)) {
      if (message.streamId < peer.inboundStreams) sender.enqueue(message);
      else message.meter?.onLeft(message.bytes.byteLength);
    }
    this.parts = { interleaved, peer, sender, receiver, resets, path, createController };
  }

  establish(nowMs: number): void {
    this.state = "established";
    this.controlAtMs = Number.POSITIVE_INFINITY;
    this.cookie = undefined;
    this.outbox.restartHeartbeat(nowMs);
    this.parts?.path?.start(nowMs);
    this.options.onOpen?.();
  }

  startControl(nowMs: number): void {
    this.controlTries = 0;
    this.controlAtMs = nowMs;
  }

  /** Ends it because of the peer, and tells the peer. */
  fail(reason: EndReason, message: string): void {
    if (this.ended) return;
    this.abortCause = textCause(ErrorCauseCode.PROTOCOL_VIOLATION, message);
    this.end(reason, message);
  }

  end(reason: EndReason, message: string): void {
    if (this.ended) return;
    this.state = "ended";
    this.controlAtMs = Number.POSITIVE_INFINITY;
    this.outbox.stop();
    this.options.onEnd?.({ reason, message });
  }

  /** Goes on with a shutdown when everything was acknowledged. */
  checkShutdown(nowMs: number): void {
    if (this.parts?.sender.idle !== true) return;
    if (this.state === "shutdown-pending") this.state = "shutdown-sent";
    else if (this.state === "shutdown-received") this.state = "shutdown-ack-sent";
    else return;
    this.startControl(nowMs);
  }
}
