/* Two ends with data channels over a simulated path. */
import type { ChannelCloseReason } from "../data-channel/channel-core.ts";
import type { ChannelOptions } from "../data-channel/channel-options.ts";
import type { DataChannelsOptions } from "../data-channel/channels-options.ts";
import type { DataChannel } from "../data-channel/data-channel.ts";
import { DataChannels } from "../data-channel/data-channels.ts";
import type { ChannelData } from "../data-channel/user-message.ts";
import { Pair, type PairOptions } from "./pair.ts";

/** A channel, and what its events were. */
export interface RecordedChannel {
  readonly channel: DataChannel;
  readonly messages: ChannelData[];
  opened: number;
  low: number;
  readonly closed: ChannelCloseReason[];
}

export function recordChannel(channel: DataChannel): RecordedChannel {
  const recorded: RecordedChannel = { channel, messages: [], opened: 0, low: 0, closed: [] };
  channel.onMessage = (data) => recorded.messages.push(data);
  channel.onOpen = () => (recorded.opened += 1);
  channel.onBufferedLow = () => (recorded.low += 1);
  channel.onClose = (reason) => recorded.closed.push(reason);
  return recorded;
}

type SideOptions = Partial<Omit<DataChannelsOptions, "onOpen" | "onEnd">>;

export interface ChannelPairOptions extends Omit<PairOptions, "first" | "second" | "build"> {
  readonly first?: SideOptions;
  readonly second?: SideOptions;
}

/** The first side is the client, and connects. */
export class ChannelPair extends Pair {
  readonly channels: readonly [DataChannels, DataChannels];
  /** Channels that the other side opened, in order. */
  readonly accepted: readonly [RecordedChannel[], RecordedChannel[]];

  constructor({ first = {}, second = {}, ...options }: ChannelPairOptions = {}) {
    const built: DataChannels[] = [];
    const accepted: [RecordedChannel[], RecordedChannel[]] = [[], []];
    super({
      ...options,
      build: (side, association) => {
        const { onChannel, ...own } = side === 0 ? first : second;
        const channels = new DataChannels({
          role: side === 0 ? "client" : "server",
          ...association,
          ...own,
          onChannel: (channel) => {
            accepted[side].push(recordChannel(channel));
            onChannel?.(channel);
          },
        });
        built.push(channels);
        return channels;
      },
    });
    const [one, two] = built;
    if (one === undefined || two === undefined) throw new Error("a side was not built");
    this.channels = [one, two];
    this.accepted = accepted;
  }

  /** Opens the association. */
  open(): this {
    this.first.connect(this.nowMs);
    this.runUntil(() => this.sides.every(({ opened }) => opened));
    return this;
  }

  create(side: 0 | 1, label: string, options?: ChannelOptions): RecordedChannel {
    return recordChannel(this.channels[side].create(label, options));
  }

  /** A channel of the first side, and the same one at the second. */
  opened(label = "a", options?: ChannelOptions): [RecordedChannel, RecordedChannel] {
    const own = this.create(0, label, options);
    const before = this.accepted[1].length;
    this.runUntil(() => this.accepted[1].length > before);
    const other = this.accepted[1].at(-1);
    if (other === undefined) throw new Error("the channel did not arrive");
    return [own, other];
  }
}
