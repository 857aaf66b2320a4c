/** Lets the person at the host's terminal disconnect a viewer: `x`, then its number. */
import type { Context } from "../context.ts";
import { watchKeys } from "../output/watch-keys.ts";
import { type DropKeys, dropQuestion, nextKey } from "./drop-keys.ts";
import type { LivePrompt } from "./report/human-reporter.ts";
import type { ShareFlags } from "./settings.ts";

export interface DropKeysOptions {
  /** The numbers of the current viewers. */
  readonly viewers: () => readonly number[];
  readonly prompt: LivePrompt;
  /** Disconnects the viewer with this number. */
  readonly drop: (viewer: number) => void;
  readonly flags: Pick<ShareFlags, "json" | "quiet">;
  readonly context: Pick<Context, "stdin" | "stop" | "terminal">;
}

export function createPrompt(): LivePrompt {
  return { text: undefined, active: false, changed: () => undefined };
}

/** @returns a function that gives the terminal back */
export async function watchDropKeys({ viewers, prompt, drop, flags, context }: DropKeysOptions): Promise<() => void> {
  if (flags.json === true || flags.quiet === true || !context.terminal.interactive || !context.stdin.isTTY) return () => undefined;
  let keys: DropKeys;
  const onKey = (key: string): void => {
    const step = nextKey(keys, key, viewers());
    keys = step.keys;
    prompt.text = dropQuestion(keys);
    prompt.changed();
    if (step.drop !== undefined) drop(step.drop);
  };
  const { stdin, stop } = context;
  const close = await watchKeys({ stdin, stop, onKey });
  prompt.active = close !== undefined;
  prompt.changed();
  return close ?? (() => undefined);
}
