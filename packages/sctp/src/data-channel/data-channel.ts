import type { ChannelCloseReason, ChannelCore, ChannelState } from "./channel-core.ts";
import type { ChannelData } from "./user-message.ts";

/** What a channel asks of the association's channels. */
export interface ChannelActions {
  send(core: ChannelCore, data: ChannelData): void;
  close(core: ChannelCore): void;
  dropQueued(core: ChannelCore): void;
}

/**
 * A data channel (RFC 8831): messages in both directions. Its events are called while a packet or a deadline is processed, so never inside of a call to the
 * channel. They may call the channel.
 */
export class DataChannel {
  readonly #core: ChannelCore;
  readonly #actions: ChannelActions;
  /** Messages can be sent from now on. */
  onOpen: (() => void) | undefined;
  /** A message arrived. Bytes are a buffer of their own. */
  onMessage: ((data: ChannelData) => void) | undefined;
  /** {@link bufferedAmount} fell to {@link bufferedAmountLowThreshold} from above it. Called once each time. */
  onBufferedLow: (() => void) | undefined;
  /** Final. Called once. */
  onClose: ((reason: ChannelCloseReason) => void) | undefined;

  /** Only DataChannels creates channels. */
  constructor(core: ChannelCore, actions: ChannelActions) {
    this.#core = core;
    this.#actions = actions;
  }

  /** The stream; undefined until the role of this side is known. */
  get id(): number | undefined {
    return this.#core.id;
  }

  get label(): string {
    return this.#core.settings.label;
  }

  get protocol(): string {
    return this.#core.settings.protocol;
  }

  get ordered(): boolean {
    return this.#core.settings.ordered;
  }

  get negotiated(): boolean {
    return this.#core.settings.negotiated;
  }

  /** How often a message is sent again before it is given up; undefined: no limit. */
  get maxRetransmits(): number | undefined {
    const { partial } = this.#core.settings;
    return partial?.limit === "retransmissions" ? partial.count : undefined;
  }

  /** How long a message is sent before it is given up, ms; undefined: no limit. */
  get maxPacketLifeTime(): number | undefined {
    const { partial } = this.#core.settings;
    return partial?.limit === "lifetime" ? partial.ms : undefined;
  }

  get state(): ChannelState {
    return this.#core.state;
  }

  /** Bytes that were given to {@link send} and not sent yet, without any overhead. It stays as it is when the channel closes. */
  get bufferedAmount(): number {
    return this.#core.buffered.bytes;
  }

  /** See {@link onBufferedLow}. Bytes. @default 0 */
  get bufferedAmountLowThreshold(): number {
    return this.#core.buffered.lowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#core.buffered.lowThreshold = bytes;
  }

  /**
   * Sends a message, as soon as the association can. Bytes are not copied: they must not be changed until the peer has them.
   * @throws {DataChannelError} "not-open", "message-too-large"
   */
  send(data: ChannelData): void {
    this.#actions.send(this.#core, data);
  }

  /** Closes the channel after what was given to {@link send}. What arrives from now on is dropped. */
  close(): void {
    this.#actions.close(this.#core);
  }

  /** Drops messages of this side that have not begun to be sent. */
  dropQueued(): void {
    this.#actions.dropQueued(this.#core);
  }
}
