/*
 * One side of a connection, driven by commands. The same function runs in Node and in pages of browsers, so it uses nothing from outside of itself. The
 * peers in Go and Rust have the same commands (e2e/peers/pion/webrtc.go, e2e/peers/rust).
 */
import type { DataChannel, PeerConnection } from "@rangecast/rtc";

/** Binary messages of one direction of a channel. */
export interface Count {
  readonly messages: number;
  readonly bytes: number;
  /** SHA-256, in hexadecimal, of the SHA-256s of each MiB of all binary messages in a row: a browser can't compute one in pieces. */
  readonly sha256: string;
}

export interface Tally {
  readonly sent: Count;
  readonly received: Count;
  /** Texts that arrived. */
  readonly texts: readonly string[];
  /** Whether a `send` is still under way. */
  readonly sending: boolean;
}

export interface Status {
  readonly connection: string;
  /** The state of each channel, by label. */
  readonly channels: Readonly<Record<string, string>>;
}

export interface WebrtcProgram {
  /** Creates a channel and an offer that contains all candidates. */
  offer(label: string): Promise<string>;
  /** The answer contains all candidates. */
  answer(offer: string): Promise<string>;
  accept(answer: string): Promise<void>;
  /** Creates one more channel. */
  open(label: string): Promise<void>;
  text(label: string, text: string): Promise<void>;
  /** Begins to send so many bytes, in messages of `messageBytes`; an empty message if both are 0. See {@link Tally.sending}. */
  send(label: string, bytes: number, messageBytes: number): Promise<void>;
  tally(label: string): Promise<Tally>;
  status(): Promise<Status>;
  closeChannel(label: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param createConnection of this environment
 * @param gathersEarly false for a stack whose offerer has no candidates before the answer: it appears to the other side as peer-reflexive
 */
export function createWebrtcProgram(createConnection: () => PeerConnection, gathersEarly = true): WebrtcProgram {
  const SEGMENT_BYTES = 1024 * 1024;
  const HIGH_BYTES = 4 * 1024 * 1024;
  const LOW_BYTES = 1024 * 1024;

  class Counter {
    messages = 0;
    bytes = 0;
    #segment: Uint8Array<ArrayBuffer> = new Uint8Array(SEGMENT_BYTES);
    #filled = 0;
    readonly #digests: Uint8Array[] = [];
    #pending: Promise<void> = Promise.resolve();

    add(message: Uint8Array): void {
      this.messages++;
      this.bytes += message.byteLength;
      for (let at = 0; at < message.byteLength;) {
        const part = message.subarray(at, at + SEGMENT_BYTES - this.#filled);
        this.#segment.set(part, this.#filled);
        this.#filled += part.byteLength;
        at += part.byteLength;
        if (this.#filled === SEGMENT_BYTES) this.#complete();
      }
    }

    #complete(): void {
      const segment = this.#segment;
      this.#segment = new Uint8Array(SEGMENT_BYTES);
      this.#filled = 0;
      this.#pending = this.#pending.then(async () => void this.#digests.push(await this.#digest(segment)));
    }

    async #digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
      return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    }

    async count(): Promise<Count> {
      const { messages, bytes } = this;
      const rest = this.#segment.slice(0, this.#filled);
      await this.#pending;
      const digests = this.#digests.slice(0, Math.floor(bytes / SEGMENT_BYTES));
      if (rest.byteLength > 0) digests.push(await this.#digest(rest));
      const all = new Uint8Array(digests.length * 32);
      digests.forEach((digest, index) => all.set(digest, index * 32));
      const sha256 = [...(await this.#digest(all))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return { messages, bytes, sha256 };
    }
  }

  interface Entry {
    readonly channel: DataChannel;
    readonly sent: Counter;
    readonly received: Counter;
    readonly texts: string[];
    sending: boolean;
  }

  const connection = createConnection();
  const entries = new Map<string, Entry>();
  let gathered = (): void => {};
  const allCandidates = new Promise<void>((resolve) => (gathered = resolve));
  connection.onicecandidate = ({ candidate }) => {
    if (candidate === null) gathered();
  };
  connection.ondatachannel = ({ channel }) => adopt(channel);

  function adopt(channel: DataChannel): void {
    channel.binaryType = "arraybuffer";
    const entry: Entry = { channel, sent: new Counter(), received: new Counter(), texts: [], sending: false };
    channel.onmessage = ({ data }) => {
      if (typeof data === "string") entry.texts.push(data);
      else entry.received.add(new Uint8Array(data as ArrayBuffer));
    };
    entries.set(channel.label, entry);
  }

  function entryOf(label: string): Entry {
    const entry = entries.get(label);
    if (entry === undefined) throw new Error(`no channel ${label}`);
    return entry;
  }

  /** Bytes without a pattern: a xorshift generator. */
  let state = 0x9e3779b9;
  function randomMessage(bytes: number): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(Math.ceil(bytes / 4));
    for (let index = 0; index < words.length; index++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[index] = state;
    }
    return new Uint8Array(words.buffer, 0, bytes);
  }

  async function pump(entry: Entry, bytes: number, messageBytes: number): Promise<void> {
    const { channel, sent } = entry;
    channel.bufferedAmountLowThreshold = LOW_BYTES;
    for (let left = bytes; left > 0;) {
      if (channel.readyState !== "open") return;
      const message = randomMessage(Math.min(left, messageBytes));
      sent.add(message);
      channel.send(message);
      left -= message.byteLength;
      if (channel.bufferedAmount > HIGH_BYTES) await new Promise((resolve) => (channel.onbufferedamountlow = resolve));
    }
  }

  return {
    offer: async (label) => {
      adopt(connection.createDataChannel(label));
      const offer = await connection.createOffer();
      await connection.setLocalDescription(offer);
      if (!gathersEarly) return offer.sdp;
      await allCandidates;
      return connection.localDescription?.sdp ?? "";
    },
    answer: async (sdp) => {
      await connection.setRemoteDescription({ type: "offer", sdp });
      await connection.setLocalDescription(await connection.createAnswer());
      await allCandidates;
      return connection.localDescription?.sdp ?? "";
    },
    accept: async (sdp) => connection.setRemoteDescription({ type: "answer", sdp }),
    open: async (label) => adopt(connection.createDataChannel(label)),
    text: async (label, text) => entryOf(label).channel.send(text as never),
    send: async (label, bytes, messageBytes) => {
      const entry = entryOf(label);
      if (bytes === 0) {
        entry.sent.add(new Uint8Array(0));
        entry.channel.send(new Uint8Array(0));
        return;
      }
      entry.sending = true;
      void pump(entry, bytes, messageBytes).finally(() => (entry.sending = false));
    },
    tally: async (label) => {
      const { sent, received, texts, sending } = entryOf(label);
      return { sent: await sent.count(), received: await received.count(), texts: [...texts], sending };
    },
    status: async () => ({
      connection: connection.connectionState,
      channels: Object.fromEntries([...entries].map(([label, { channel }]) => [label, channel.readyState])),
    }),
    closeChannel: async (label) => entryOf(label).channel.close(),
    close: async () => connection.close(),
  };
}
