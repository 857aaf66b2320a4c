/** Decides for each packet whether the link loses it. */
export type LossModel = () => boolean;

/** Loses each packet with the same probability. */
export function randomLoss(share: number, random: () => number): LossModel {
  return () => random() < share;
}

export interface BurstLossOptions {
  /** Probability a packet that a burst begins. */
  begin: number;
  /** Probability a packet that a burst ends: 1 / mean length. */
  end: number;
  /** Share lost within a burst. @default 1 */
  lossInBurst?: number;
}

/** Loses packets in bursts (Gilbert–Elliott): a chain of two states, of which one loses. */
export function burstLoss(options: BurstLossOptions, random: () => number): LossModel {
  let bad = false;
  return () => {
    bad = bad ? random() >= options.end : random() < options.begin;
    return bad && random() < (options.lossInBurst ?? 1);
  };
}
