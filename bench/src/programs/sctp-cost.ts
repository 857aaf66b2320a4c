/*
 * What a packet costs the sender's association: writing it, its CRC32c, and its share of reading SACKs. Two associations in memory, without a path between them;
 * only the calls into the sending one are timed. Prints lines of JSON: `start` and `cost`.
 */
import { Association } from "@rangecast/sctp";

/** A packet of 1,200 bytes of UDP payload holds a record of DTLS, which holds so many bytes of SCTP. */
const PACKET_BYTES = 1_163;
const MESSAGE_BYTES = 16_384;
const WARM_UP_PACKETS = 50_000;
const PACKETS = 200_000;
/** Packets that cross at once: a burst of the pacer. */
const BURST_PACKETS = 16;
/** Time that passes with each burst, ms: 100 Mbit/s. */
const BURST_MS = 1.5;
const US_PER_MS = 1_000;
const PROTOCOL_ID = 53;

function associationOf(fill: number, { checksums }: { readonly checksums: boolean }): Association {
  return new Association({
    randomBytes: (length) => new Uint8Array(length).fill(fill),
    authenticate: () => new Uint8Array(16).fill(fill),
    carrierProtects: !checksums,
    maxPacketBytes: PACKET_BYTES,
    receiveWindowBytes: 16 * 1024 * 1024,
    onMessage: () => undefined,
  });
}

class Exchange {
  readonly #sender: Association;
  readonly #receiver: Association;
  readonly #message = new Uint8Array(MESSAGE_BYTES);
  #nowMs = 1;
  packets = 0;
  /** Time in calls of the sending association, ms. */
  ms = 0;

  constructor(checksums: boolean) {
    this.#sender = associationOf(1, { checksums });
    this.#receiver = associationOf(2, { checksums });
    this.#sender.connect(this.#nowMs);
    while (this.#sender.state !== "established") this.burst();
  }

  /** Some packets there, and SACKs back. */
  burst(): void {
    this.#nowMs += BURST_MS;
    const packets: Uint8Array[] = [];
    if (this.#sender.state === "established") {
      while (this.#sender.queuedBytes < 4 * MESSAGE_BYTES) this.#sender.send(0, PROTOCOL_ID, this.#message);
    }
    const buffers = Array.from({ length: BURST_PACKETS }, () => new Uint8Array(PACKET_BYTES));
    const begun = performance.now();
    for (const buffer of buffers) {
      const packet = this.#sender.poll(this.#nowMs);
      if (packet === undefined) break;
      buffer.set(packet);
      packets.push(buffer.subarray(0, packet.byteLength));
    }
    this.ms += performance.now() - begun;
    this.packets += packets.length;
    for (const packet of packets) this.#receiver.receive(packet, this.#nowMs);
    const answers: Uint8Array[] = [];
    for (let answer = this.#receiver.poll(this.#nowMs); answer !== undefined; answer = this.#receiver.poll(this.#nowMs))
      answers.push(answer.slice());
    const read = performance.now();
    for (const answer of answers) this.#sender.receive(answer, this.#nowMs);
    this.ms += performance.now() - read;
  }

  /** µs a packet. */
  measure(packets: number): number {
    this.packets = this.ms = 0;
    while (this.packets < packets) this.burst();
    return (this.ms / this.packets) * US_PER_MS;
  }
}

console.log(JSON.stringify({ event: "start" }));
const results: Record<string, number> = {};
for (const [name, checksums] of [
  ["usPerPacket", true],
  ["usPerPacketZeroChecksum", false],
] as const) {
  const exchange = new Exchange(checksums);
  exchange.measure(WARM_UP_PACKETS);
  results[name] = exchange.measure(PACKETS);
}
console.log(JSON.stringify({ event: "cost", ...results }));
