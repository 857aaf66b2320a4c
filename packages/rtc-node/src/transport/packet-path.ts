/*
 * The path of a packet: ICE carries datagrams, DTLS protects them, and SCTP makes channels of them. The two state machines have no timers; this gives them one.
 *
 *   channels ── SCTP packet ──▶ DTLS ── record ──▶ ICE agent ── datagram ──▶ network
 *
 * Whatever happens only marks the path as due. One call per turn of the event loop then sends all that may be sent, so a burst of arriving packets is
 * answered once.
 */
import { createHmac, randomBytes } from "node:crypto";

import { type Certificate, DtlsConnection, RECORD_OVERHEAD_BYTES } from "@rangecast/dtls";
import { Association, type DataChannel, DataChannels } from "@rangecast/sctp";

import type { IceAgent } from "../ice-agent/ice-agent.ts";
import { MAX_UDP_PAYLOAD_BYTES, receiveWindowBytes, UDP_PAYLOAD_BYTES } from "./limits.ts";
import { PacketMemory } from "./packet-memory.ts";

/** Length of the key that authenticates state cookies of SCTP, bytes. */
const COOKIE_KEY_BYTES = 32;
/** Least first time-out of a DTLS flight, ms; as libwebrtc, which uses twice the round trip. */
const MIN_FLIGHT_TIMEOUT_MS = 50;
/** What RFC 7983 leaves to DTLS: the first byte of a datagram. */
const DTLS_FIRST_BYTE = 20;
const DTLS_LAST_BYTE = 63;
/** Node's timers have a resolution of a millisecond, and turn less into one. */
const TIMER_GRAIN_MS = 1;

/** Of all paths of this thread. */
const memory = new PacketMemory();

export interface PacketPathOptions {
  readonly agent: IceAgent;
  readonly certificate: Certificate;
  /** The largest message that we accept, bytes. */
  readonly maxMessageBytes: number;
  /** Most channels that the remote may open. */
  readonly maxPeerChannels: number;
  /** The remote is authenticated, and SCTP is open. */
  readonly onOpen: () => void;
  readonly onChannel: (channel: DataChannel) => void;
  /** Final: the remote ended it, broke a rule, or no longer answers. */
  readonly onEnd: (reason: string) => void;
}

/** The remote's values, from its description. */
export interface RemoteEnd {
  readonly fingerprint: string;
  readonly sctpPort: number;
  /** The largest message that it accepts, bytes; 0: no limit. */
  readonly maxMessageBytes: number;
  /** Base64 of its INIT chunk, if SNAP was agreed: SCTP opens with DTLS, without a handshake of its own. */
  readonly sctpInit: string | undefined;
}

/** Whether SCTP can open with a remote's INIT chunk. @param sctpInit base64 */
export function canUseInit(sctpInit: string): boolean {
  return Association.canOpenWith(Buffer.from(sctpInit, "base64"));
}

export class PacketPath {
  readonly channels: DataChannels;
  readonly #options: PacketPathOptions;
  readonly #agent: IceAgent;
  #remote: { readonly end: RemoteEnd; readonly role: "client" | "server" } | undefined;
  #dtls: DtlsConnection | undefined;
  #scheduled: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs: number = Number.POSITIVE_INFINITY;
  #ended = false;
  /** Bytes of datagrams. */
  bytesSent = 0;
  bytesReceived = 0;

  constructor(options: PacketPathOptions) {
    this.#options = options;
    this.#agent = options.agent;
    const { maxMessageBytes, maxPeerChannels } = options;
    const key = randomBytes(COOKIE_KEY_BYTES);
    this.channels = new DataChannels({
      randomBytes,
      authenticate: (bytes) => createHmac("sha256", key).update(bytes).digest(),
      carrierProtects: true,
      maxPacketBytes: UDP_PAYLOAD_BYTES - RECORD_OVERHEAD_BYTES,
      maxPathPacketBytes: MAX_UDP_PAYLOAD_BYTES - RECORD_OVERHEAD_BYTES,
      receiveWindowBytes: receiveWindowBytes(maxMessageBytes),
      maxMessageBytes,
      maxPeerChannels,
      onOpen: () => this.#options.onOpen(),
      onChannel: (channel) => this.#options.onChannel(channel),
      onEnd: ({ reason, message }) => this.#end(message === "" ? reason : `${reason}: ${message}`),
    });
  }

  /** Base64 of our INIT chunk, for our description (SNAP). */
  get sctpInit(): string {
    return Buffer.from(this.channels.association.initChunk).toString("base64");
  }

  /** Takes the remote's description; comes once, before what follows. @param role ours in DTLS. The client's channels have even ids */
  setRemote(end: RemoteEnd, role: "client" | "server"): void {
    this.#remote = { end, role };
    this.channels.setRole(role);
    this.channels.association.setDestinationPort(end.sctpPort);
    this.channels.peerMaxMessageBytes = end.maxMessageBytes === 0 ? Number.POSITIVE_INFINITY : end.maxMessageBytes;
  }

  /** ICE has found a path. The client begins DTLS. */
  connected(): void {
    if (!this.#ended) this.#dtls ??= this.#createDtls();
    this.wake();
  }

  /** ICE has moved to another path after a restart. What was under way on the one before is probably lost, and its rate and round trip say nothing of this one. */
  moved(): void {
    if (this.#ended) return;
    this.channels.association.changePath(performance.now());
    this.wake();
  }

  /** A datagram arrived from an address that ICE has validated. It may be the remote's ClientHello, before this side's ICE has selected a pair. */
  receive(packet: Uint8Array): void {
    const [first = 0] = packet;
    if (this.#ended || first < DTLS_FIRST_BYTE || first > DTLS_LAST_BYTE) return;
    this.bytesReceived += packet.byteLength;
    this.#dtls ??= this.#createDtls();
    this.#dtls?.receive(packet, performance.now());
    this.wake();
  }

  /** Something may have to be sent: it is, in this turn of the event loop. Call it after each call to a channel. */
  wake(): void {
    this.#scheduled ??= setImmediate(this.#run);
  }

  /** Tells the remote that this is the end, as far as one datagram can, and stops. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.channels.association.abort();
    this.#takeLeave();
  }

  readonly #run = (): void => {
    this.#scheduled = undefined;
    if (this.#ended) return;
    const nowMs = performance.now();
    this.#send(nowMs);
    if (!this.#ended) this.#arm(performance.now());
  };

  #send(nowMs: number): void {
    this.#sendHandshake(nowMs);
    // Looked at after each poll: that calls handlers, and one may close the connection.
    while (this.#secured !== undefined) {
      const packet = this.channels.poll(nowMs);
      const dtls = this.#secured;
      if (packet === undefined || dtls === undefined) return;
      this.#emit(dtls.protect(packet));
    }
  }

  /** DTLS, while records can be sent. */
  get #secured(): DtlsConnection | undefined {
    return this.#dtls?.state === "open" ? this.#dtls : undefined;
  }

  #sendHandshake(nowMs: number): void {
    const dtls = this.#dtls;
    if (dtls === undefined) return;
    for (let datagram = dtls.poll(nowMs); datagram !== undefined; datagram = dtls.poll(nowMs)) this.#emit(datagram);
  }

  /** @param datagram a view that the next call overwrites, while the system may read it later */
  #emit(datagram: Uint8Array): void {
    this.bytesSent += datagram.byteLength;
    this.#agent.send(memory.copy(datagram));
  }

  #arm(nowMs: number): void {
    const dtls = this.#dtls;
    if (dtls === undefined) return;
    const atMs = dtls.state === "open" ? Math.min(dtls.deadline(nowMs), this.channels.deadline(nowMs)) : dtls.deadline(nowMs);
    // One that fires too early does no harm, and most deadlines only move on.
    if (atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    const waitMs = Math.max(TIMER_GRAIN_MS, Math.ceil(atMs - nowMs));
    this.#timerAtMs = nowMs + waitMs;
    this.#timer = setTimeout(this.#onTimer, waitMs);
  }

  /** What lies in the socket is read first: a timer that fires late would take it for lost. */
  readonly #onTimer = (): void => {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    this.wake();
  };

  #createDtls(): DtlsConnection | undefined {
    if (this.#remote === undefined) return undefined;
    const { end, role } = this.#remote;
    const rttMs = this.#agent.selectedPair?.rttMs ?? Number.NaN;
    const dtls = new DtlsConnection({
      role,
      certificate: this.#options.certificate,
      remoteFingerprints: [{ algorithm: "sha-256", value: end.fingerprint }],
      ...(Number.isNaN(rttMs) ? {} : { firstTimeoutMs: Math.max(MIN_FLIGHT_TIMEOUT_MS, 2 * rttMs) }),
      onOpen: () => this.#openSctp(end.sctpInit),
      onData: (bytes) => this.channels.receive(bytes, performance.now()),
      onEnd: ({ reason, message }) => this.#end(message === "" ? `DTLS: ${reason}` : `DTLS: ${reason}, ${message}`),
    });
    dtls.start(performance.now());
    return dtls;
  }

  #openSctp(remoteInit: string | undefined): void {
    const { association } = this.channels;
    if (remoteInit === undefined) association.connect(performance.now());
    else association.openWith(Buffer.from(remoteInit, "base64"), performance.now());
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#takeLeave();
    this.#options.onEnd(reason);
  }

  /** Tells the remote, by an ABORT of SCTP and an alert of DTLS, and stops. */
  #takeLeave(): void {
    this.#send(performance.now());
    this.#dtls?.close();
    this.#sendHandshake(performance.now());
    clearTimeout(this.#timer);
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
  }
}
