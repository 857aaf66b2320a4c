/*
 * The data channels of an association (RFC 8831 and RFC 8832), as a state machine like the association itself: packets and times go in, packets and deadlines
 * come out. Each channel is a pair of streams with one id. DATA_CHANNEL_OPEN opens it, unless both programs have negotiated it; a reset of both streams
 * closes it.
 */
import { Association } from "../association/association.ts";
import { BufferedAmount } from "./buffered-amount.ts";
import { ChannelClosing } from "./channel-closing.ts";
import { ChannelCore } from "./channel-core.ts";
import { DataChannelError } from "./channel-error.ts";
import { ChannelEvents } from "./channel-events.ts";
import { ChannelIntake } from "./channel-intake.ts";
import { type ChannelOptions, type ChannelSettings, settingsOf } from "./channel-options.ts";
import { type ChannelRole, ChannelTable } from "./channel-table.ts";
import { type DataChannelsOptions, limitsOf } from "./channels-options.ts";
import { type ChannelActions, DataChannel } from "./data-channel.ts";
import { ChannelPriority, encodeDataChannelOpen, PayloadProtocol } from "./dcep.ts";
import { type ChannelData, payloadOf } from "./user-message.ts";

export class DataChannels {
  /** What the channels run over: for connect(), shutDown(), abort() and its numbers. Its receive(), poll() and deadline() are called by those here. */
  readonly association: Association;
  readonly #table = new ChannelTable();
  readonly #events = new ChannelEvents();
  readonly #closing: ChannelClosing;
  readonly #intake: ChannelIntake;
  readonly #actions: ChannelActions;
  #role: ChannelRole | undefined;
  /** The association was opened. */
  #open = false;
  /** Largest message that the peer takes, bytes: what its description says. Infinity: of any size. */
  peerMaxMessageBytes: number;

  constructor(options: DataChannelsOptions) {
    const limits = limitsOf(options);
    this.peerMaxMessageBytes = limits.peerMaxMessageBytes;
    this.#role = options.role;
    this.association = this.#createAssociation(options);
    this.#closing = new ChannelClosing(this.association, this.#table, ({ channel }, reason) =>
      this.#events.add(() => channel?.onClose?.(reason)),
    );
    this.#actions = {
      send: (core, data) => this.#send(core, data),
      close: (core) => this.#closing.close(core, "closed"),
      dropQueued: ({ id }) => {
        // Not DATA_CHANNEL_OPEN and DATA_CHANNEL_ACK.
        if (id !== undefined) this.association.dropQueued(id, PayloadProtocol.DCEP);
      },
    };
    this.#intake = new ChannelIntake({
      association: this.association,
      table: this.#table,
      closing: this.#closing,
      limits,
      role: () => this.#role,
      create: (origin, id, settings) => this.#createCore(origin, id, settings),
      announce: ({ channel }) => {
        if (channel === undefined) return;
        options.onChannel?.(channel);
        if (channel.state === "open") channel.onOpen?.();
      },
    });
  }

  /** Messages that were dropped: on a stream without a channel, on a channel that is closing, or of an unknown type of DCEP. */
  get ignoredMessages(): number {
    return this.#intake.ignoredMessages;
  }

  /** Says which ids this side gives to its channels, once that is known: the client of DTLS has the even ones. Only the first call counts. */
  setRole(role: ChannelRole): void {
    if (this.#role !== undefined) return;
    this.#role = role;
    for (const core of this.#table.all()) {
      if (core.id !== undefined) continue;
      this.#table.delete(core);
      core.id = this.#table.freeId(role, this.association.outboundStreams);
      this.#table.add(core);
      if (this.#open) this.#openChannel(core);
    }
  }

  /**
   * Creates a channel. It is open at once if the association is; it may also be created before.
   * @throws {DataChannelError} "bad-options", "id-in-use", "no-free-id", "association-ended"
   */
  create(label: string, options: ChannelOptions = {}): DataChannel {
    const settings = settingsOf(label, options);
    if (!this.association.acceptsMessages) throw new DataChannelError("association-ended", "the association has ended, or is ending");
    const core = this.#createCore("own", this.#chooseId(options.id), settings);
    this.#table.add(core);
    if (this.#open && this.#role !== undefined) this.#openChannel(core);
    return channelOf(core);
  }

  /** A packet arrived. Any bytes are allowed. They are not kept. */
  receive(packet: Uint8Array, nowMs: number): void {
    this.association.receive(packet, nowMs);
    this.#events.run();
  }

  /** The next packet to send, as a view that is valid until the next call; undefined if there is none now. Call it again until then. */
  poll(nowMs: number): Uint8Array | undefined {
    this.#closing.runDeadline(nowMs);
    const packet = this.association.poll(nowMs);
    this.#events.run();
    return packet;
  }

  /** When {@link poll} should be called next, ms; Infinity: not before something else happens. */
  deadline(nowMs: number): number {
    if (this.#events.any) return nowMs;
    return Math.max(nowMs, Math.min(this.association.deadline(nowMs), this.#closing.deadlineMs(nowMs)));
  }

  #createAssociation(options: DataChannelsOptions): Association {
    return new Association({
      ...options,
      onOpen: () => {
        this.#open = true;
        for (const core of this.#table.all()) if (core.state === "connecting" && this.#role !== undefined) this.#openChannel(core);
        options.onOpen?.();
        this.#events.run();
      },
      onMessage: (message) => {
        this.#intake.onMessage(message);
        this.#events.run();
      },
      onPeerReset: (streamIds) => {
        // None named: all of them (RFC 6525, 4.1).
        for (const id of streamIds.length === 0 ? this.#table.ids() : streamIds) {
          const core = this.#table.get(id);
          if (core !== undefined) this.#closing.onPeerReset(core);
        }
        this.#events.run();
      },
      onResetDone: (streamIds, accepted) => {
        for (const id of streamIds) {
          const core = this.#table.get(id);
          if (core !== undefined) this.#closing.onOwnReset(core, accepted);
        }
        this.#events.run();
      },
      onEnd: (end) => {
        // Before the channels close, so that their handlers know why.
        options.onEnd?.(end);
        this.#closing.closeAll();
        this.#events.run();
      },
    });
  }

  #createCore(origin: ChannelCore["origin"], id: number | undefined, settings: ChannelSettings): ChannelCore {
    const buffered = new BufferedAmount(() => this.#events.add(() => core.channel?.onBufferedLow?.()));
    const core: ChannelCore = new ChannelCore(origin, settings, buffered);
    core.id = id;
    if (origin !== "refused") core.channel = new DataChannel(core, this.#actions);
    return core;
  }

  #chooseId(wanted: number | undefined): number | undefined {
    if (wanted !== undefined) {
      if (this.#table.get(wanted) !== undefined) throw new DataChannelError("id-in-use", `the id ${wanted} is in use`);
      return wanted;
    }
    if (this.#role === undefined) return undefined;
    const id = this.#table.freeId(this.#role, this.association.outboundStreams);
    if (id === undefined) throw new DataChannelError("no-free-id", "all ids of this side are in use");
    return id;
  }

  #openChannel(core: ChannelCore): void {
    const { id, settings } = core;
    if (id === undefined || id >= this.association.outboundStreams) return this.#closing.close(core, "no-stream");
    core.state = "open";
    core.answered = settings.negotiated;
    if (!settings.negotiated) this.association.send(id, PayloadProtocol.DCEP, openMessageOf(settings));
    this.#events.add(() => {
      if (core.state === "open") core.channel?.onOpen?.();
    });
  }

  #send(core: ChannelCore, data: ChannelData): void {
    const { id, state, settings, answered, buffered } = core;
    if (state !== "open" || id === undefined || !this.association.acceptsMessages) {
      throw new DataChannelError("not-open", `nothing can be sent on a channel that is ${state}`);
    }
    const { protocolId, bytes, length } = payloadOf(data);
    if (length > this.peerMaxMessageBytes) {
      throw new DataChannelError("message-too-large", `the peer takes messages of ${this.peerMaxMessageBytes} bytes, not ${length}`);
    }
    // Before the peer's answer, messages must not overtake DATA_CHANNEL_OPEN (RFC 8832, 6).
    const unordered = !settings.ordered && answered;
    this.association.send(id, protocolId, bytes, { ...core.limits, unordered, meter: length === 0 ? undefined : buffered });
    buffered.add(length);
  }
}

function channelOf({ channel }: ChannelCore): DataChannel {
  if (channel === undefined) throw new Error("the channel was refused");
  return channel;
}

function openMessageOf({ label, protocol, ordered, partial }: ChannelSettings): Uint8Array {
  const reliability = partial === undefined ? {} : { partial };
  return encodeDataChannelOpen({ ordered, ...reliability, priority: ChannelPriority.NORMAL, label, protocol });
}
