/* How much of the film is kept in the browser's buffer, around what is shown. */

/** Kept ahead, seconds: a lost connection of half a minute isn't noticed, and a viewer who leaves has cost little. */
export const AHEAD_S = 40;
/** Kept behind, seconds: a short step back needs no request. */
export const BEHIND_S = 15;
/** Removed at once, at least, seconds, as each removal makes the browser go through its buffer. */
const REMOVED_S = 5;
/** Kept behind where the browser's quota is used up, seconds: it must not fall into the group of pictures that is shown. */
export const BEHIND_IF_FULL_S = 2;
/** A position this close to the beginning of a range counts as inside it, seconds: times in a container are rounded. */
const TOLERANCE_S = 0.001;
/** Longest part that is skipped where a track has nothing, seconds. A longer one is more likely a fault of ours. */
const LONGEST_GAP_S = 2;

/** From and to, seconds. */
export type Span = readonly [from: number, to: number];

/** Whether a track that is complete up to `until` needs more. */
export function needsMore(until: number, now: number): boolean {
  return until < now + AHEAD_S;
}

/** What to remove from the buffer, or undefined. */
export function surplus(buffered: readonly Span[], now: number, behind: number = BEHIND_S): Span | undefined {
  const [first] = buffered;
  const end = now - behind;
  const least = behind < BEHIND_S ? 0 : REMOVED_S;
  return first !== undefined && first[0] + least < end ? [0, end] : undefined;
}

/** Whether a position can be shown from what is buffered. */
export function isBuffered(buffered: readonly Span[], position: number): boolean {
  return buffered.some(([from, to]) => position >= from - TOLERANCE_S && position < to);
}

/**
 * Where to go on if a track has nothing at a position, such as sound that begins later than the picture. A browser would wait there forever.
 * @param until up to there, all tracks are complete, seconds
 * @returns undefined if the position is in no gap
 */
export function endOfGap(buffered: readonly Span[], position: number, until: number): number | undefined {
  if (isBuffered(buffered, position)) return undefined;
  const next = buffered.find(([from]) => from > position);
  return next && next[0] < until && next[0] - position <= LONGEST_GAP_S ? next[0] : undefined;
}

export function spansOf(ranges: TimeRanges): Span[] {
  return Array.from({ length: ranges.length }, (_, index) => [ranges.start(index), ranges.end(index)]);
}
