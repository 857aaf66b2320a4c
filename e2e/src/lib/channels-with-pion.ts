/* Our data channels and pion's, straight over UDP on loopback. Pion returns each message to its sender. */
import { createDeferred } from "@rangecast/base";
import { type ChannelCloseReason, type ChannelData, type ChannelOptions, type DataChannel, DataChannels } from "@rangecast/sctp";
import type { Event, JsonProcess } from "@rangecast/testkit/processes/json-process";
import { startPionChannels } from "./pion.ts";
import { SctpOverUdp } from "./sctp-over-udp.ts";

/** What pion takes, bytes: its buffer for a message. */
const PION_MAX_MESSAGE_BYTES = 1024 * 1024;
/** Streams of each direction: few, so that ids are used again. */
const STREAMS = 16;

/** A channel of either side, with what came over it. */
export interface ChannelLog {
  readonly channel: DataChannel;
  readonly messages: ChannelData[];
  readonly closed: Promise<ChannelCloseReason>;
  /** Waits until as many messages have arrived. */
  has(count: number): Promise<void>;
  /** Waits until this text has arrived. */
  hasText(text: string): Promise<true>;
}

function log(channel: DataChannel): ChannelLog {
  const messages: ChannelData[] = [];
  const closed = createDeferred<ChannelCloseReason>();
  const waiting = new Set<() => void>();
  channel.onMessage = (data) => {
    messages.push(data);
    for (const look of waiting) look();
  };
  channel.onClose = (reason) => closed.resolve(reason);
  const waitFor = async (condition: () => boolean): Promise<true> => {
    const met = createDeferred<true>();
    const look = (): void => {
      if (condition()) met.resolve(true);
    };
    waiting.add(look);
    look();
    return met.promise.finally(() => waiting.delete(look));
  };
  const has = async (count: number): Promise<void> => void (await waitFor(() => messages.length >= count));
  const hasText = (text: string): Promise<true> => waitFor(() => messages.includes(text));
  return { channel, messages, closed: closed.promise, has, hasText };
}

export class ChannelsWithPion {
  readonly channels: DataChannels;
  readonly carrier: SctpOverUdp;
  readonly pion: JsonProcess;
  /** The text channel that tells pion what to do. */
  readonly #control: DataChannel;
  /** Channels that pion opened, by label. */
  readonly #accepted: Map<string, ChannelLog>;
  #changed = (): void => undefined;

  private constructor(carrier: SctpOverUdp, channels: DataChannels, pion: JsonProcess, accepted: Map<string, ChannelLog>) {
    this.carrier = carrier;
    this.channels = channels;
    this.pion = pion;
    this.#accepted = accepted;
    this.#control = channels.create("control");
  }

  /** Opens an association, in which our ids are even. @param opener who begins the handshake @param interleaving pion always offers it */
  static async open(
    opener: "ours" | "pion",
    interleaving: boolean,
    cleanUp: (task: () => void | Promise<void>) => void,
  ): Promise<ChannelsWithPion> {
    const accepted = new Map<string, ChannelLog>();
    const opened = createDeferred<void>();
    let changed = (): void => undefined;
    const { carrier, endpoint } = await SctpOverUdp.openWith(
      (options) =>
        new DataChannels({
          ...options,
          role: "client",
          streams: STREAMS,
          interleaving,
          peerMaxMessageBytes: PION_MAX_MESSAGE_BYTES,
          onOpen: () => opened.resolve(),
          onChannel: (channel) => {
            accepted.set(channel.label, log(channel));
            changed();
          },
        }),
    );
    cleanUp(() => carrier.close());
    const pion = await startPionChannels(carrier.port, opener === "ours" ? "server" : "client");
    cleanUp(async () => {
      await pion.stop();
    });
    const created = new ChannelsWithPion(carrier, endpoint, pion, accepted);
    changed = () => created.#changed();
    const start = await pion.waitFor(({ event }) => event === "start");
    if (opener === "ours") carrier.connect(Number(start["port"]));
    await opened.promise;
    await created.event("accepted", "control");
    return created;
  }

  create(label: string, options?: ChannelOptions): ChannelLog {
    const created = log(this.channels.create(label, options));
    this.carrier.pump();
    return created;
  }

  send({ channel }: ChannelLog, ...messages: ChannelData[]): void {
    for (const message of messages) channel.send(message);
    this.carrier.pump();
  }

  close({ channel }: ChannelLog): void {
    channel.close();
    this.carrier.pump();
  }

  /** Waits until pion prints an event of a channel. */
  async event(name: string, label: string): Promise<Event> {
    return this.pion.waitFor((event) => event.event === name && event["label"] === label);
  }

  /** Pion opens a channel, and may close it at once. */
  async openByPion(command: "open" | "open-close", id: number, label: string, type: number, parameter: number): Promise<ChannelLog> {
    this.#control.send([command, id, label, type, parameter].join(" "));
    this.carrier.pump();
    for (;;) {
      const known = this.#accepted.get(label);
      if (known !== undefined) return known;
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  /** Both directions lose a share of their packets from now on. */
  lose(share: number): void {
    this.carrier.lossThere = this.carrier.lossBack = () => Math.random() < share;
  }

  /** Shuts the association down, and waits for pion's end. */
  async end(): Promise<Event> {
    this.channels.association.shutDown(performance.now());
    this.carrier.pump();
    return this.pion.waitFor(({ event }) => event === "end");
  }
}
