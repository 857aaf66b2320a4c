import { burstOf } from "./model/burst.ts";
import type { AckSample, CongestionController } from "./controller.ts";
import { ExtraAcked } from "./model/extra-acked.ts";
import { FullPipe } from "./model/full-pipe.ts";
import { MinRtt } from "./model/min-rtt.ts";
import { PathBounds } from "./model/path-bounds.ts";
import { PACING_GAIN, Phase, ProbeUp, WINDOW_GAIN } from "./model/phase.ts";
import { ProbeSchedule } from "./model/probe-schedule.ts";
import { QueueWatch } from "./model/queue-watch.ts";
import { RoundCounter } from "./model/round-counter.ts";
import { RoundLoss } from "./model/round-loss.ts";
import { WindowedMax } from "./model/windowed-max.ts";

export interface ModelBasedOptions {
  /** Size of a full packet, bytes. */
  packetBytes: number;
  /** Window before anything is known, bytes. @default 10 packets (RFC 6928) */
  initialWindowBytes?: number;
  /** Numbers from 0 to below 1: when to probe is random, so that flows don't probe at the same time. */
  random: () => number;
}

/** Least window, packets (draft-ietf-ccwg-bbr, "BBR.MinPipeCwnd"): enough for SACKs that the peer delays. */
const MIN_WINDOW_PACKETS = 4;
const INITIAL_WINDOW_PACKETS = 10;
/** The rate stays so much under the estimate, so that a queue empties by itself ("BBR.PacingMarginPercent"). */
const PACING_MARGIN = 0.99;
/** Round trip that is assumed before one is measured, ms. */
const INITIAL_RTT_MS = 1;
/** A program on a machine with other work answers no faster than this, ms, whatever the shortest round trip was; less in flight would leave it waiting. */
const LEAST_RTT_MS = 2;
/** Bandwidth estimates last for two cycles of probing ("BBR.MaxBwFilterLen"). */
const BANDWIDTH_CYCLES = 2;
/** How long little is in flight to measure the round trip, ms ("BBR.ProbeRTTDuration"). */
const PROBE_RTT_MS = 200;
/** Rounds after a probe in which the queue may still be the probe's own. */
const DRAIN_ROUNDS = 6;
/** After so many congested rounds that deliver much less than the estimate, the estimate is given up. */
const STALE_ROUNDS = 2;
const STALE_SHARE = 0.75;

/**
 * Congestion control by a model of the path, in the manner of BBRv3 (draft-ietf-ccwg-bbr): the largest delivery rate and the shortest round trip say how fast to
 * send and how much is in flight; loss beyond what the path always has bounds both. What differs from the draft, and why, is in the files under `model/`.
 */
export class ModelBased implements CongestionController {
  readonly #packetBytes: number;
  readonly #initialWindowBytes: number;
  readonly #round = new RoundCounter();
  readonly #bandwidth = new WindowedMax(BANDWIDTH_CYCLES);
  readonly #minRtt = new MinRtt();
  readonly #extraAcked = new ExtraAcked();
  readonly #fullPipe = new FullPipe();
  readonly #loss: RoundLoss;
  readonly #bounds = new PathBounds();
  readonly #queue = new QueueWatch();
  #phase: Phase = Phase.startup;
  #windowBytes: number;
  #pacingRate: number;
  #burstBytes: number;

  // The current round.
  #roundBandwidth = 0;
  #roundInflight = 0;
  /** The same of the round before. */
  #lastInflight = 0;
  #roundMinRttMs = Infinity;
  #roundAppLimited = true;
  #congestedRounds = 0;
  /** Largest delivery rate of the last round, bytes per ms; 0 if the application limited it. */
  #lastBandwidth = 0;

  // Probing.
  #phaseRounds = 0;
  readonly #schedule: ProbeSchedule;
  /** Whether loss may still be that of the last probe. */
  #probeFeedback = false;
  #upBandwidth = 0;
  #probeRttDoneMs = NaN;
  #probeRttRound = 0;

  #windowBeforeTimeout = 0;
  #savedWindow = 0;

  constructor(options: ModelBasedOptions) {
    this.#packetBytes = options.packetBytes;
    this.#schedule = new ProbeSchedule(options.random);
    this.#loss = new RoundLoss(options.packetBytes);
    this.#initialWindowBytes = options.initialWindowBytes ?? INITIAL_WINDOW_PACKETS * options.packetBytes;
    this.#windowBytes = this.#initialWindowBytes;
    this.#pacingRate = ((PACING_GAIN[Phase.startup] ?? 1) * this.#windowBytes) / INITIAL_RTT_MS;
    this.#burstBytes = this.#windowBytes;
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  get pacingRate(): number {
    return this.#pacingRate;
  }

  get burstBytes(): number {
    return this.#burstBytes;
  }

  /** What the model is doing, for tests and diagnostics. */
  get phase(): Phase {
    return this.#phase;
  }

  /** Estimated bandwidth, bytes per ms; 0 before the first sample. */
  get bandwidth(): number {
    return Math.min(this.#bandwidth.value, this.#bounds.bandwidthLo);
  }

  /** Shortest round trip, ms; Infinity before the first sample. */
  get minRttMs(): number {
    return this.#minRtt.valueMs;
  }

  onSent(): void {
    // Everything is learnt from acknowledgements.
  }

  onAck(sample: AckSample): void {
    if (this.#round.update(sample)) this.#endRound(sample);
    this.#loss.add(sample.ackedBytes, sample.lostBytes);
    this.#observe(sample);
    this.#extraAcked.update(sample.nowMs, sample.ackedBytes, this.#bandwidth.value, Math.min(this.#windowBytes, this.#flight(1)));
    this.#advance(sample);
    if (!Number.isNaN(sample.rttMs)) this.#observeRtt(sample);
    this.#setPacing();
    this.#setWindow(sample);
  }

  onTimeout(_nowMs: number, inflightBytes: number): void {
    this.#windowBeforeTimeout = Math.max(this.#windowBytes, this.#windowBeforeTimeout);
    this.#windowBytes = inflightBytes + this.#packetBytes;
    if (!this.#fullPipe.reached) this.#fullPipe.restart();
  }

  onSpuriousTimeout(): void {
    this.#windowBytes = Math.max(this.#windowBytes, this.#windowBeforeTimeout);
    this.#windowBeforeTimeout = 0;
  }

  onRestart(nowMs: number): void {
    this.#extraAcked.restart(nowMs);
    this.#minRtt.endProbe(nowMs, this.#round.count);
  }

  #observe(sample: AckSample): void {
    if (sample.arrivedBytes > this.#roundInflight) this.#roundInflight = sample.arrivedBytes;
    if (!sample.appLimited) this.#roundAppLimited = false;
    if (sample.rttMs < this.#roundMinRttMs) this.#roundMinRttMs = sample.rttMs;
    if (!(sample.deliveryRate > 0)) return;
    if (sample.deliveryRate > this.#roundBandwidth) this.#roundBandwidth = sample.deliveryRate;
    if (!sample.appLimited || sample.deliveryRate >= this.#bandwidth.value) this.#bandwidth.update(sample.deliveryRate);
  }

  #endRound(sample: AckSample): void {
    this.#queue.endRound(this.#roundMinRttMs, this.#minRtt.valueMs);
    const queued = this.#queue.long;
    const lossy = this.#loss.isExcessive(sample.priorInflightBytes);
    if (this.#phase === Phase.startup && (!this.#roundAppLimited || queued || lossy)) {
      this.#fullPipe.endRound(this.#bandwidth.value, queued, lossy, this.#loss.events, this.#loss.rate);
    }
    // A rate that fell shows as a long queue: probing would only make it longer.
    if (queued && (this.#phase === Phase.refill || this.#phase === Phase.probeUp)) this.#enterDown(sample.nowMs);
    if (!this.#probes() && !this.#roundAppLimited && this.#roundBandwidth > 0) this.#onQuietRound(lossy);
    this.#lastBandwidth = this.#roundAppLimited ? 0 : this.#roundBandwidth;
    this.#phaseRounds++;
    if (this.#phase === Phase.probeUp) this.#bounds.raiseFaster();
    this.#schedule.rounds++;
    this.#extraAcked.beginRound();
    this.#loss.beginRound();
    this.#lastInflight = this.#roundInflight;
    this.#roundBandwidth = this.#roundInflight = 0;
    this.#roundMinRttMs = Infinity;
    this.#roundAppLimited = true;
  }

  /** A round in which the sender didn't probe is over. */
  #onQuietRound(lossy: boolean): void {
    if (this.#phase === Phase.probeRtt) return;
    this.#queue.endQuietRound(this.#roundMinRttMs, this.#minRtt.valueMs);
    if (lossy || this.#queue.longStands) {
      this.#queue.onCongestion(lossy);
      this.#onCongestedRound();
      return;
    }
    this.#congestedRounds = 0;
    if (this.#queue.takePauseOver()) this.#schedule.hurry();
    if (this.#queue.stands && this.#schedule.rounds >= DRAIN_ROUNDS)
      this.#bounds.lowerBandwidth(this.#bandwidth.value, this.#roundBandwidth);
  }

  #onCongestedRound(): void {
    const stale = this.#roundBandwidth < STALE_SHARE * this.#bandwidth.value;
    this.#congestedRounds = stale ? this.#congestedRounds + 1 : 0;
    this.#bounds.lower(this.#bandwidth.value, this.#windowBytes, this.#roundBandwidth, this.#roundInflight);
    if (this.#congestedRounds < STALE_ROUNDS) return;
    this.#congestedRounds = 0;
    this.#bandwidth.reset(this.#roundBandwidth);
    this.#extraAcked.forget();
    this.#enter(Phase.drain);
  }

  /** Whether the sender tests the path now, so that congestion tells of the probe and not of the path's usual state. */
  #probes(): boolean {
    return this.#phase === Phase.startup || this.#phase === Phase.refill || this.#phase === Phase.probeUp;
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseRounds = 0;
  }

  #advance(sample: AckSample): void {
    const { nowMs, inflightBytes } = sample;
    switch (this.#phase) {
      case Phase.startup:
        if (this.#fullPipe.reached) {
          if (this.#loss.isExcessive(sample.priorInflightBytes))
            this.#bounds.onTooHigh(Math.max(this.#roundInflight, this.#lastInflight), this.#target());
          this.#enter(Phase.drain);
        }
        return;
      case Phase.drain:
        if (inflightBytes <= this.#flight(1)) this.#enterDown(nowMs);
        return;
      case Phase.probeDown:
        this.#checkFeedback(sample);
        if (this.#isProbeTime(nowMs)) this.#enterRefill();
        else if (inflightBytes <= Math.min(this.#flight(1), this.#bounds.withHeadroom(this.#packetBytes))) this.#enter(Phase.cruise);
        return;
      case Phase.cruise:
        this.#checkFeedback(sample);
        if (this.#isProbeTime(nowMs)) this.#enterRefill();
        return;
      case Phase.refill:
        if (this.#phaseRounds > 0) this.#enterUp();
        return;
      case Phase.probeUp:
        this.#probeUp(sample);
        return;
      case Phase.probeRtt:
        this.#probeRtt(sample);
        return;
    }
  }

  #isProbeTime(nowMs: number): boolean {
    return this.#congestedRounds === 0 && this.#schedule.isDue(nowMs, this.#flight(1) / this.#packetBytes);
  }

  #enterDown(nowMs: number): void {
    this.#schedule.onProbeEnd(nowMs, this.#bandwidth.value);
    this.#enter(Phase.probeDown);
  }

  #enterRefill(): void {
    this.#bounds.forgetLower();
    // A probe that follows the last one is part of the same cycle.
    if (this.#lastBandwidth > 0 && !this.#schedule.grew) this.#startCycle();
    this.#probeFeedback = true;
    this.#enter(Phase.refill);
  }

  /** What is known of the bandwidth ages by a cycle. The last round's rate is the beginning of the new one. */
  #startCycle(): void {
    this.#bandwidth.advance();
    this.#bandwidth.update(this.#lastBandwidth);
  }

  #enterUp(): void {
    this.#bounds.beginRaise(this.#packetBytes);
    this.#upBandwidth = this.#bandwidth.value;
    this.#enter(Phase.probeUp);
  }

  #probeUp(sample: AckSample): void {
    if (this.#checkFeedback(sample)) {
      this.#enterDown(sample.nowMs);
      return;
    }
    this.#bounds.raise(sample.ackedBytes, sample.priorInflightBytes, this.#packetBytes);
    if (this.#phaseRounds < 2) return;
    const grew = this.#bandwidth.value >= this.#upBandwidth * ProbeUp.GROWTH;
    const full = sample.priorInflightBytes >= this.#flight(ProbeUp.INFLIGHT) || this.#phaseRounds >= ProbeUp.ROUNDS;
    if (!grew && (full || sample.appLimited)) {
      this.#enterDown(sample.nowMs);
      return;
    }
    if (!grew) return;
    if (
      this.#bandwidth.value >= this.#upBandwidth * ProbeUp.START_AGAIN_GROWTH &&
      !this.#queue.isStanding(this.#roundMinRttMs, this.#minRtt.valueMs)
    ) {
      // The path gave all that was asked, and nothing queued: its limit may be far away, as after a pause of the receiver or a change of the path.
      this.#fullPipe.begin();
      this.#enter(Phase.startup);
      return;
    }
    this.#upBandwidth = this.#bandwidth.value;
    this.#phaseRounds = 1;
  }

  /** Looks for loss that the last probe caused. Returns whether there is. The first evidence counts. */
  #checkFeedback(sample: AckSample): boolean {
    if (!this.#probeFeedback) return false;
    if (!this.#loss.isExcessive(sample.priorInflightBytes)) {
      // A round after the probe, all its packets are accounted for.
      if (!this.#probes() && this.#phaseRounds > 1) this.#probeFeedback = false;
      return false;
    }
    this.#bounds.onTooHigh(Math.max(this.#roundInflight, this.#lastInflight), this.#target());
    this.#probeFeedback = false;
    return true;
  }

  #observeRtt(sample: AckSample): void {
    const due = this.#minRtt.update(sample.rttMs, sample.nowMs, this.#round.count);
    if (!due || this.#phase === Phase.probeRtt || !this.#fullPipe.reached) return;
    this.#savedWindow = this.#windowBytes;
    this.#probeRttDoneMs = NaN;
    this.#enter(Phase.probeRtt);
  }

  #probeRtt(sample: AckSample): void {
    const { nowMs } = sample;
    if (Number.isNaN(this.#probeRttDoneMs)) {
      if (sample.inflightBytes > this.#probeRttWindow()) return;
      this.#probeRttDoneMs = nowMs + PROBE_RTT_MS;
      this.#probeRttRound = this.#round.count;
    } else if (nowMs >= this.#probeRttDoneMs && this.#round.count > this.#probeRttRound) {
      this.#minRtt.endProbe(nowMs, this.#round.count);
      this.#windowBytes = Math.max(this.#windowBytes, this.#savedWindow);
      this.#bounds.forgetLower();
      this.#enterDown(nowMs);
      this.#enter(Phase.cruise);
    }
  }

  #probeRttWindow(): number {
    return Math.max(this.#flight(WINDOW_GAIN[Phase.probeRtt] ?? 1), MIN_WINDOW_PACKETS * this.#packetBytes);
  }

  /** Bytes in flight that fill the path so many times ("BBRBDPMultiple"). */
  #flight(gain: number): number {
    const rtt = this.#minRtt.valueMs;
    return rtt === Infinity || this.#bandwidth.value === 0 ? this.#initialWindowBytes : gain * this.bandwidth * Math.max(rtt, LEAST_RTT_MS);
  }

  #target(): number {
    return Math.min(this.#flight(1), this.#windowBytes);
  }

  #setPacing(): void {
    const gain = PACING_GAIN[this.#phase] ?? 1;
    const first = (gain * this.#initialWindowBytes) / Math.min(1000, this.#minRtt.valueMs);
    const rate = this.#bandwidth.value > 0 ? (PACING_MARGIN * gain * this.bandwidth) / (1 - this.#loss.ambient) : first;
    if (this.#fullPipe.reached || rate > this.#pacingRate) this.#pacingRate = rate;
    // Samples of a few bytes say nothing of the path: what it may have in any case is a window in a round trip.
    else if (this.#round.count <= 1) this.#pacingRate = this.#roundAppLimited ? Math.max(rate, first) : rate;
    this.#burstBytes = burstOf(this.#pacingRate, this.#packetBytes);
  }

  #setWindow(sample: AckSample): void {
    const most = this.#flight(WINDOW_GAIN[this.#phase] ?? 1) + this.#extraAcked.bytes + 2 * this.#burstBytes;
    const initial = sample.deliveredBytes < this.#initialWindowBytes;
    if (this.#fullPipe.reached) this.#windowBytes = Math.min(this.#windowBytes + sample.ackedBytes, most);
    else if (this.#windowBytes < most || initial) this.#windowBytes += sample.ackedBytes;
    const cap = this.#cap();
    const least = MIN_WINDOW_PACKETS * this.#packetBytes;
    this.#windowBytes = Math.max(Math.min(this.#windowBytes, cap), least);
  }

  /** Bound of the window by what congestion has shown ("BBRBoundCwndForModel"). */
  #cap(): number {
    const { inflightHi, inflightLo } = this.#bounds;
    switch (this.#phase) {
      case Phase.startup:
      case Phase.drain:
        return inflightLo;
      case Phase.probeRtt:
        return this.#probeRttWindow();
      case Phase.cruise:
        return Math.min(this.#bounds.withHeadroom(this.#packetBytes), inflightLo);
      default:
        return Math.min(inflightHi, inflightLo);
    }
  }
}
