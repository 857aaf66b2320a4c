/* What each key does while a film is on the page. */

export type KeyAction =
  | { readonly do: "play" | "mute" | "full-screen" | "picture-in-picture" | "stats" | "next" | "previous" }
  /** Seconds, forward or back. */
  | { readonly do: "skip"; readonly seconds: number }
  /** Part of the film, 0 to 1. */
  | { readonly do: "go"; readonly part: number }
  /** Of the loudest, 0 to 1, louder or softer. */
  | { readonly do: "volume"; readonly change: number }
  /** Steps of the speed, faster or slower. */
  | { readonly do: "speed"; readonly steps: number };

export interface KeyPress {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

const SHORT_SKIP_S = 5;
const LONG_SKIP_S = 10;
const VOLUME_STEP = 0.1;

const KEYS: Readonly<Record<string, KeyAction>> = {
  " ": { do: "play" },
  k: { do: "play" },
  ArrowLeft: { do: "skip", seconds: -SHORT_SKIP_S },
  ArrowRight: { do: "skip", seconds: SHORT_SKIP_S },
  j: { do: "skip", seconds: -LONG_SKIP_S },
  l: { do: "skip", seconds: LONG_SKIP_S },
  ArrowUp: { do: "volume", change: VOLUME_STEP },
  ArrowDown: { do: "volume", change: -VOLUME_STEP },
  m: { do: "mute" },
  f: { do: "full-screen" },
  p: { do: "picture-in-picture" },
  i: { do: "stats" },
  "<": { do: "speed", steps: -1 },
  ">": { do: "speed", steps: 1 },
  N: { do: "next" },
  P: { do: "previous" },
};

/** Undefined: the key does nothing. */
export function keyAction({ key, altKey, ctrlKey, metaKey }: KeyPress): KeyAction | undefined {
  if (altKey || ctrlKey || metaKey) return undefined;
  if (/^\d$/u.test(key)) return { do: "go", part: Number(key) / 10 };
  return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
}

/** The speed that is some steps away, of those that can be chosen. */
export function nextSpeed(speeds: readonly number[], now: number, steps: number): number {
  const at = speeds.reduce((best, speed, index) => (Math.abs(speed - now) < Math.abs((speeds[best] ?? 0) - now) ? index : best), 0);
  return speeds[Math.max(0, Math.min(at + steps, speeds.length - 1))] ?? now;
}
