import type { CongestionController } from "../../congestion/controller.ts";
import { Link, type LinkOptions } from "./link.ts";
import { PacketSender } from "./packet-sender.ts";

export interface FlowOptions {
  controller: CongestionController;
  /** @default 0 */
  startMs?: number;
}

export interface SimulationOptions {
  flows: readonly FlowOptions[];
  /** The link that the flows share. */
  link: LinkOptions;
  /** The way back of the acknowledgements. @default the delay of `link`, nothing else */
  back?: LinkOptions;
  durationMs: number;
  /** @default 1200 */
  packetBytes?: number;
  /** Packets that the receiver acknowledges at once (RFC 9260, 6.2: two). @default 2 */
  ackEvery?: number;
}

/** What happened to one flow. */
export interface FlowResult {
  sender: PacketSender;
  /** Bytes delivered in each whole second. */
  bytesBySecond: number[];
}

export interface SimulationResult {
  flows: FlowResult[];
  /** Wait in the queue before the link, ms, sampled every 10 ms. */
  queueMs: number[];
  link: Link<number>;
}

/** Longest delay of an acknowledgement, ms. */
const ACK_DELAY_MS = 200;
/** Bytes of a SACK in a packet. */
const ACK_BYTES = 60;
const SAMPLE_MS = 10;

/** The receiver of one flow: what has arrived, in order of arrival, and how much of it was acknowledged. */
interface Receiver {
  log: number[];
  /** How much of the log the sender has seen. */
  seen: number;
  unacked: number;
  ackAtMs: number;
}

/** Runs senders over one link, on simulated time, and returns what they achieved. Every acknowledgement tells all that has arrived, as a SACK does. */
export function simulate(options: SimulationOptions): SimulationResult {
  const packetBytes = options.packetBytes ?? 1200;
  const ackEvery = options.ackEvery ?? 2;
  const link = new Link<number>(options.link);
  const back = new Link<number>(options.back ?? { delayMs: options.link.delayMs ?? 0 });
  const flows = options.flows.map(({ controller, startMs }) => ({
    sender: new PacketSender(controller, packetBytes, startMs ?? 0),
    bytesBySecond: [0],
  }));
  const receivers: Receiver[] = flows.map(() => ({ log: [], seen: 0, unacked: 0, ackAtMs: Infinity }));
  const sends = flows.map((_, flow) => (number: number) => link.send(flow, nowMs, packetBytes, number));
  const queueMs: number[] = [];
  let nowMs = 0;
  let sampleAtMs = 0;

  const acknowledge = (receiver: Receiver, flow: number): void => {
    receiver.unacked = 0;
    receiver.ackAtMs = Infinity;
    back.send(flow, nowMs, ACK_BYTES, receiver.log.length);
  };

  for (;;) {
    nowMs = Math.min(link.nextAtMs, back.nextAtMs, sampleAtMs);
    for (const { sender } of flows) nowMs = Math.min(nowMs, sender.nextAtMs);
    for (const { ackAtMs } of receivers) nowMs = Math.min(nowMs, ackAtMs);
    if (nowMs >= options.durationMs) break;
    if (nowMs >= sampleAtMs) {
      queueMs.push(queueDelayMs(link, options.link, nowMs));
      sampleAtMs += SAMPLE_MS;
      for (const { bytesBySecond } of flows) while (bytesBySecond.length <= nowMs / 1000) bytesBySecond.push(0);
    }
    for (let arrived = link.receive(nowMs); arrived; arrived = link.receive(nowMs)) {
      const receiver = receivers[arrived.flow];
      const flow = flows[arrived.flow];
      if (!receiver || !flow) continue;
      const second = Math.floor(nowMs / 1000);
      flow.bytesBySecond[second] = (flow.bytesBySecond[second] ?? 0) + arrived.bytes;
      receiver.log.push(arrived.packet);
      if (++receiver.unacked >= ackEvery) acknowledge(receiver, arrived.flow);
      else receiver.ackAtMs = Math.min(receiver.ackAtMs, nowMs + ACK_DELAY_MS);
    }
    for (const [flow, receiver] of receivers.entries()) if (nowMs >= receiver.ackAtMs) acknowledge(receiver, flow);
    for (let ack = back.receive(nowMs); ack; ack = back.receive(nowMs)) {
      const receiver = receivers[ack.flow];
      if (!receiver || ack.packet <= receiver.seen) continue;
      flows[ack.flow]?.sender.onAck(nowMs, receiver.log, receiver.seen, ack.packet);
      receiver.seen = ack.packet;
    }
    for (let index = 0; index < flows.length; index++) {
      const send = sends[index];
      const sender = flows[index]?.sender;
      if (send && sender && nowMs >= sender.nextAtMs) sender.run(nowMs, send);
    }
  }
  return { flows, queueMs, link };
}

function queueDelayMs(link: Link<number>, options: LinkOptions, nowMs: number): number {
  if (options.rate === undefined) return 0;
  let rate = typeof options.rate === "number" ? options.rate : 0;
  if (typeof options.rate !== "number") for (const step of options.rate) if (step.fromMs <= nowMs) rate = step.rate;
  return link.queuedBytes(nowMs) / rate;
}
