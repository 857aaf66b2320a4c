import type { Association } from "../association/association.ts";
import type { Message } from "../receiving/assembly.ts";
import type { ChannelClosing } from "./channel-closing.ts";
import type { ChannelCore } from "./channel-core.ts";
import type { ChannelSettings } from "./channel-options.ts";
import type { ChannelRole, ChannelTable } from "./channel-table.ts";
import type { ChannelLimits } from "./channels-options.ts";
import { type DataChannelOpen, decodeDcep, encodeDataChannelAck, PayloadProtocol } from "./dcep.ts";
import { dataOf } from "./user-message.ts";

export interface ChannelIntakeOptions {
  readonly association: Association;
  readonly table: ChannelTable;
  readonly closing: ChannelClosing;
  readonly limits: ChannelLimits;
  /** Undefined until it is known. */
  readonly role: () => ChannelRole | undefined;
  readonly create: (origin: "peer" | "refused", id: number, settings: ChannelSettings) => ChannelCore;
  /** The program is told of a channel that the peer has opened. */
  readonly announce: (core: ChannelCore) => void;
}

/** Bytes of a DATA_CHANNEL_OPEN without its names. */
const OPEN_BYTES = 12;

const REFUSED: ChannelSettings = { label: "", protocol: "", ordered: true, partial: undefined, negotiated: false };

/** Reads what arrives on the streams. */
export class ChannelIntake {
  readonly #options: ChannelIntakeOptions;
  /** See DataChannels. */
  ignoredMessages = 0;

  constructor(options: ChannelIntakeOptions) {
    this.#options = options;
  }

  onMessage({ streamId, protocolId, bytes }: Message): void {
    const { closing } = this.#options;
    const core = this.#current(streamId);
    if (core !== undefined) closing.onAnswer(core);
    if (protocolId === PayloadProtocol.DCEP) return this.#onDcep(streamId, core, bytes);
    // Without a channel: the peer's program may have negotiated one that ours has not created yet, so it is no error. It is not kept, because nothing says
    // that it will ever be asked for. On a channel that closes: the program does not want it any more.
    if (core === undefined || core.state === "closing" || core.state === "closed") {
      this.ignoredMessages += 1;
      return;
    }
    const data = dataOf(protocolId, bytes);
    if (data === undefined) closing.close(core, "protocol-violation"); // RFC 8831, 6.6
    else core.channel?.onMessage?.(data);
  }

  /** The channel of a stream. A message after the peer's reset belongs to the next channel: the peer knows that this side's reset is done. */
  #current(streamId: number): ChannelCore | undefined {
    const { table, association } = this.#options;
    const core = table.get(streamId);
    if (core === undefined || !core.peerReset || core.ownReset || !association.confirmReset(streamId)) return core;
    return table.get(streamId);
  }

  #onDcep(streamId: number, core: ChannelCore | undefined, bytes: Uint8Array): void {
    const message = decodeDcep(bytes);
    // An ACK has done what it does, and other types are reserved for later.
    if (message === "unknown-type" || (typeof message !== "string" && message.type === "ack")) {
      if (core === undefined || message === "unknown-type") this.ignoredMessages += 1;
    } else if (core !== undefined) {
      this.#options.closing.close(core, "protocol-violation"); // Its id is in use, or the message is malformed (RFC 8832, 6).
    } else if (streamId >= this.#options.association.outboundStreams || !this.#options.association.acceptsMessages) {
      this.ignoredMessages += 1; // It can be neither acknowledged nor refused.
    } else if (typeof message === "string" || !this.#isAllowed(streamId, bytes.byteLength - OPEN_BYTES)) {
      this.#refuse(streamId);
    } else {
      this.#accept(streamId, message, bytes.byteLength - OPEN_BYTES);
    }
  }

  #isAllowed(streamId: number, nameBytes: number): boolean {
    const { table, limits, role } = this.#options;
    const own = role();
    if (own !== undefined && (streamId % 2 === 0) === (own === "client")) return false; // RFC 8832, 6: an id of this side
    return table.peerChannels < limits.maxPeerChannels && table.peerNameBytes + nameBytes <= limits.maxPeerNameBytes;
  }

  #accept(streamId: number, open: DataChannelOpen, nameBytes: number): void {
    const { association, table, create, announce } = this.#options;
    const { label, protocol, ordered, partial } = open;
    const core = create("peer", streamId, { label, protocol, ordered, partial, negotiated: false });
    core.answered = true;
    core.state = "open";
    core.peerNameBytes = nameBytes;
    table.add(core);
    association.send(streamId, PayloadProtocol.DCEP, encodeDataChannelAck());
    announce(core);
  }

  /** Closes a channel of the peer's without an ACK (RFC 8832, 6). A peer that opens more of them than it closes loses the association. */
  #refuse(streamId: number): void {
    const { association, table, closing, limits, create } = this.#options;
    if (table.refused >= limits.maxPeerChannels) return association.refusePeer("too many data channels had to be refused");
    const core = create("refused", streamId, REFUSED);
    core.answered = true;
    core.state = "open";
    table.add(core);
    closing.close(core, "protocol-violation");
  }
}
