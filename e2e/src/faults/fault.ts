import type { Scene, SceneWishes } from "./scene.ts";

/**
 * What has to come of a fault:
 * - `goes-on`: film and `get` go on by themselves, with the right bytes
 * - `told`: where these bytes are gone for good: both go on, or say so clearly; and nothing of another version is mixed in
 */
export type Outcome = "goes-on" | "told";

export interface Strike {
  readonly scene: Scene;
  /** Aborts when the whole run is being stopped. */
  readonly signal: AbortSignal;
  /**
   * To be called as soon as the disturbance is there: the film seeks to a place that isn't buffered, and what `get` has buffered is taken, so
   * that both need new bytes.
   */
  readonly bite: () => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
}

export interface Fault {
  /** As `--only` has it. */
  readonly name: string;
  /** For people. */
  readonly what: string;
  /** @default "goes-on" */
  readonly outcome?: Outcome;
  readonly wishes?: SceneWishes;
  /** Why it can't be done here; undefined where it can. */
  readonly impossible?: () => string | undefined;
  /** Does it, and resolves when it is over: what has to be well again is well then. @throws what must not have happened */
  strike(strike: Strike): Promise<void>;
}

export const SECOND_MS = 1000;

export function needsRoot(): string | undefined {
  return process.platform === "linux" && process.getuid?.() === 0 ? undefined : "needs root, on Linux";
}
