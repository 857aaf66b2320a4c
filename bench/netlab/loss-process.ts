import type { DirectionConfig } from "./direction-config.ts";
import type { Random } from "@rangecast/testkit/random";

/**
 * Decides which packets of one direction are lost. Without `meanBurst` each packet's fate is independent. With it the losses are a
 * Gilbert–Elliott process whose good state loses nothing and whose bad state loses everything: the lengths of bursts and of the gaps
 * between them are geometric, and the average loss is the same as without.
 *
 * It takes exactly one random number per packet, whatever the configuration is.
 */
export class LossProcess {
  readonly #random: Random;
  /** Whether the last packet was lost; undefined before the first one. */
  #lastLost: boolean | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @returns whether the next packet is lost, with the configuration that applies to it */
  next(config: DirectionConfig): boolean {
    this.#lastLost = this.#random() < this.#chance(config);
    return this.#lastLost;
  }

  #chance({ loss, meanBurst }: DirectionConfig): number {
    // Without this, a burst would go on after the loss was set to 0.
    if (meanBurst === undefined || loss === 0) return loss;
    // The first packet is in a burst as often as any other.
    if (this.#lastLost === undefined) return loss;
    return this.#lastLost ? 1 - 1 / meanBurst : burstChance(loss, meanBurst);
  }
}

/**
 * The chance that a burst begins with a packet whose predecessor was not lost. Bursts end with a chance of 1 / meanBurst, so the share of
 * lost packets is `loss` if burstChance · (1 − loss) = loss / meanBurst.
 */
export function burstChance(loss: number, meanBurst: number): number {
  return loss / ((1 - loss) * meanBurst);
}
