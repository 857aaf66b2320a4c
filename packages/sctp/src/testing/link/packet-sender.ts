import type { AckSample, CongestionController } from "../../congestion/controller.ts";
import { DeliveryRate, type DeliveryStamp } from "../../loss/delivery-rate.ts";
import { ReorderWindow } from "../../loss/reorder-window.ts";
import { Rto } from "../../loss/rto.ts";
import { probeTimeoutMs } from "../../loss/tail-probe.ts";

const State = { outstanding: 0, acked: 1, lost: 2, lostByTimeout: 3 } as const;

interface Sent extends DeliveryStamp {
  state: (typeof State)[keyof typeof State];
}

/** Shortest wait for the pacer, ms: what a timer of a program can do. */
const PACER_MS = 1;

/**
 * Sends numbered packets as the controller allows, without end, and detects loss by time (RACK, RFC 8985), with tail probes, F-RTO and the retransmission timer.
 * A packet is never sent again: what is lost is counted. It stands for an association where only the controller matters.
 */
export class PacketSender {
  deliveredBytes = 0;
  lostPackets = 0;
  falseLosses = 0;
  timeouts = 0;
  sentPackets = 0;
  readonly controller: CongestionController;
  readonly #packetBytes: number;
  readonly #rate = new DeliveryRate();
  readonly #rto = new Rto();
  readonly #window = new ReorderWindow();
  readonly #sent: Sent[] = [];
  /** Number of the first packet in `#sent`. */
  #first = 0;
  #inflight = 0;
  #minRttMs = Infinity;
  #rackNumber = -1;
  #rackRttMs = 0;
  #paceAtMs: number;
  #lossAtMs = Infinity;
  #timerAtMs = Infinity;
  #probeAtMs = Infinity;
  /** Everything below is acknowledged or lost. */
  #low = 0;
  /** Number of the first packet sent after the last time-out, and whether it is not known yet whether that was false. */
  #timeoutNumber = -1;
  #timeoutOpen = false;
  #recoveryNumber = -1;
  readonly #sample: AckSample = {
    nowMs: 0,
    ackedBytes: 0,
    lostBytes: 0,
    inflightBytes: 0,
    priorInflightBytes: 0,
    rttMs: NaN,
    deliveryRate: NaN,
    arrivedBytes: 0,
    appLimited: false,
    deliveredBytes: 0,
    priorDeliveredBytes: 0,
  };

  constructor(controller: CongestionController, packetBytes: number, startMs: number) {
    this.controller = controller;
    this.#packetBytes = packetBytes;
    this.#paceAtMs = startMs;
  }

  get inflightBytes(): number {
    return this.#inflight;
  }

  /** When the sender must be called next without a SACK, ms. */
  get nextAtMs(): number {
    const open = this.#inflight + this.#packetBytes <= this.controller.windowBytes;
    return Math.min(open ? this.#paceAtMs : Infinity, this.#lossAtMs, this.#timerAtMs, this.#probeAtMs);
  }

  /** Sends what may be sent now, and handles timers. @param send takes a packet's number */
  run(nowMs: number, send: (number: number) => void): void {
    if (nowMs >= this.#timerAtMs) this.#onTimeout(nowMs, send);
    if (nowMs >= this.#probeAtMs) {
      this.#probeAtMs = Infinity;
      this.#sendOne(nowMs, send);
    }
    if (nowMs >= this.#lossAtMs) {
      this.#beginSample(nowMs);
      this.#endSample(nowMs);
    }
    if (nowMs < this.#paceAtMs) return;
    let budget = this.controller.burstBytes;
    const before = this.sentPackets;
    while (budget > 0 && this.#inflight + this.#packetBytes <= this.controller.windowBytes) {
      this.#sendOne(nowMs, send);
      budget -= this.#packetBytes;
    }
    const bytes = (this.sentPackets - before) * this.#packetBytes;
    if (bytes > 0 && this.controller.pacingRate !== Infinity) {
      const from = Math.max(this.#paceAtMs, nowMs - PACER_MS);
      this.#paceAtMs = from + bytes / this.controller.pacingRate;
    }
  }

  /** The peer has received these packets; `log` is what it received in order, `from` and `to` the part that this SACK adds. */
  onAck(nowMs: number, log: readonly number[], from: number, to: number): void {
    this.#beginSample(nowMs);
    const sample = this.#sample;
    for (let index = from; index < to; index++) this.#onDelivered(log[index] ?? 0, nowMs);
    if (!Number.isNaN(sample.rttMs)) {
      this.#rto.sample(sample.rttMs);
      this.#minRttMs = Math.min(this.#minRttMs, sample.rttMs);
    }
    this.#endSample(nowMs);
    this.#armTimers(nowMs);
  }

  #sendOne(nowMs: number, send: (number: number) => void): void {
    const packet: Sent = {
      state: State.outstanding,
      deliveredBytes: 0,
      deliveredAtMs: 0,
      firstSentAtMs: 0,
      sentAtMs: nowMs,
      appLimited: false,
    };
    this.#rate.onSent(packet, nowMs, this.#inflight);
    this.#sent.push(packet);
    this.#inflight += this.#packetBytes;
    this.sentPackets++;
    send(this.#first + this.#sent.length - 1);
    this.controller.onSent(nowMs, this.#packetBytes, this.#inflight);
    if (this.#timerAtMs === Infinity) this.#armTimers(nowMs);
  }

  #beginSample(nowMs: number): void {
    const sample = this.#sample;
    sample.nowMs = nowMs;
    sample.ackedBytes = sample.lostBytes = 0;
    sample.priorInflightBytes = this.#inflight;
    sample.rttMs = NaN;
    this.#rate.begin();
  }

  #endSample(nowMs: number): void {
    this.#detectLoss(nowMs);
    const sample = this.#sample;
    sample.inflightBytes = this.#inflight;
    sample.deliveryRate = this.#rate.end(this.#minRttMs);
    sample.appLimited = this.#rate.appLimited;
    sample.deliveredBytes = this.deliveredBytes = this.#rate.deliveredBytes;
    sample.priorDeliveredBytes = this.#rate.priorDeliveredBytes;
    sample.arrivedBytes = sample.deliveredBytes - sample.priorDeliveredBytes;
    if (sample.ackedBytes > 0 || sample.lostBytes > 0) this.controller.onAck(sample);
  }

  #onDelivered(number: number, nowMs: number): void {
    const packet = this.#sent[number - this.#first];
    if (!packet || packet.state === State.acked) return;
    if (this.#timeoutOpen) {
      this.#timeoutOpen = false;
      if (number < this.#timeoutNumber) this.#onFalseTimeout(nowMs);
    }
    if (packet.state === State.lost) {
      this.falseLosses++;
      this.#window.onDuplicate(this.#rate.deliveredBytes, packet.deliveredBytes);
    } else if (packet.state === State.outstanding) {
      this.#inflight -= this.#packetBytes;
      if (number < this.#rackNumber) this.#window.onReordering();
    }
    packet.state = State.acked;
    this.#sample.ackedBytes += this.#packetBytes;
    this.#rate.onDelivered(packet, nowMs, this.#packetBytes);
    if (number <= this.#rackNumber) return;
    this.#rackNumber = number;
    this.#rackRttMs = nowMs - packet.sentAtMs;
    this.#sample.rttMs = this.#rackRttMs;
  }

  #detectLoss(nowMs: number): void {
    this.#lossAtMs = Infinity;
    if (this.#sent.length > 8192) this.#forget();
    const waitMs = this.#rackRttMs + this.#window.valueMs(this.#minRttMs, this.#rto.srttMs, true);
    for (let number = Math.max(this.#first, this.#low); number < this.#rackNumber; number++) {
      const packet = this.#sent[number - this.#first];
      if (packet?.state === State.outstanding) {
        const atMs = packet.sentAtMs + waitMs;
        if (atMs > nowMs) {
          this.#lossAtMs = atMs;
          return;
        }
        this.#lose(packet, number);
      }
      this.#low = number + 1;
    }
  }

  #lose(packet: Sent, number: number): void {
    packet.state = State.lost;
    this.#inflight -= this.#packetBytes;
    this.#sample.lostBytes += this.#packetBytes;
    this.lostPackets++;
    if (number <= this.#recoveryNumber) return;
    this.#window.onRecovered();
    this.#recoveryNumber = this.#first + this.#sent.length - 1;
  }

  #forget(): void {
    let count = 0;
    while (count < this.#sent.length - 4096 && this.#first + count < this.#low) count++;
    if (count === 0) return;
    this.#sent.splice(0, count);
    this.#first += count;
  }

  #onTimeout(nowMs: number, send: (number: number) => void): void {
    this.timeouts++;
    this.#rto.backOff();
    for (let number = this.#low; number < this.#first + this.#sent.length; number++) {
      const packet = this.#sent[number - this.#first];
      if (packet?.state === State.outstanding) packet.state = State.lostByTimeout;
    }
    this.controller.onTimeout(nowMs, 0);
    this.#inflight = 0;
    this.#timeoutNumber = this.#first + this.#sent.length;
    this.#timeoutOpen = true;
    this.#timerAtMs = Infinity;
    this.#sendOne(nowMs, send);
    this.#probeAtMs = Infinity;
  }

  /** F-RTO (RFC 5682): a packet from before the time-out has arrived. All of them are in flight again, and the loss detection decides. */
  #onFalseTimeout(nowMs: number): void {
    for (let number = this.#low; number < this.#timeoutNumber; number++) {
      const packet = this.#sent[number - this.#first];
      if (packet?.state !== State.lostByTimeout) continue;
      packet.state = State.outstanding;
      this.#inflight += this.#packetBytes;
    }
    this.#rto.undoBackOff();
    this.controller.onSpuriousTimeout(nowMs);
  }

  #armTimers(nowMs: number): void {
    if (this.#inflight === 0) {
      this.#timerAtMs = this.#probeAtMs = Infinity;
      return;
    }
    this.#timerAtMs = nowMs + this.#rto.valueMs;
    const probeMs = probeTimeoutMs(this.#rto.srttMs, 200, this.#inflight === this.#packetBytes, this.#rto.valueMs);
    this.#probeAtMs = probeMs < this.#rto.valueMs ? nowMs + probeMs : Infinity;
  }
}
