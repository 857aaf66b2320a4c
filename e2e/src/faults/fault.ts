import type { Scene, SceneWishes } from "./scene.ts";

/**
 * The required outcome of a fault:
 * - `goes-on`: film and `get` continue by themselves, with the right bytes
 * - `told`: the bytes can't come back. Both continue, or clearly report the loss, and no byte of another version is mixed in
 */
export type Outcome = "goes-on" | "told";

export interface Strike {
  readonly scene: Scene;
  /** Aborts when the whole run is being stopped. */
  readonly signal: AbortSignal;
  /**
   * Call it as soon as the fault has begun. The film seeks to a position that isn't buffered, and the bytes that `get` has buffered are read, so
   * that both need new bytes.
   */
  readonly bite: () => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
}

export interface Fault {
  /** Name for `--only`. */
  readonly name: string;
  /** Description for people. */
  readonly what: string;
  /** @default "goes-on" */
  readonly outcome?: Outcome;
  readonly wishes?: SceneWishes;
  /** Why the fault can't be caused here; undefined if it can. */
  readonly impossible?: () => string | undefined;
  /** Causes the fault, and resolves when it is over: everything that should work again does. @throws if something happened that must not */
  strike(strike: Strike): Promise<void>;
}

export const SECOND_MS = 1000;

export function needsRoot(): string | undefined {
  return process.platform === "linux" && process.getuid?.() === 0 ? undefined : "needs root, on Linux";
}
