/** A source of numbers in [0, 1). */
export type Random = () => number;

/** mulberry32's increment, from its public-domain reference. */
const STEP = 0x6d2b79f5;
const TWO_TO_32 = 2 ** 32;

/** mulberry32: a seeded generator, so that a run with loss can be repeated exactly. Not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_TO_32;
  };
}
