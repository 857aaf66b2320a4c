/** Lets the person at the host's terminal disconnect a viewer: `x`, then its number. */
import { DaemonError } from "@rangecast/daemon";
import type { Context } from "../context.ts";
import type { Logger } from "../output/logger.ts";
import { watchKeys } from "../output/watch-keys.ts";
import type { EventTranslator } from "./daemon-events.ts";
import { type DropKeys, dropQuestion, nextKey } from "./drop-keys.ts";
import type { LivePrompt } from "./report/human-reporter.ts";
import type { ShareFlags } from "./settings.ts";

export interface DropKeysOptions {
  readonly translator: Pick<EventTranslator, "numbers" | "idOf">;
  readonly prompt: LivePrompt;
  /** Disconnects a viewer. @param viewer the daemon's id of it */
  readonly drop: (viewer: string) => Promise<void>;
  readonly flags: Pick<ShareFlags, "json" | "quiet">;
  readonly context: Pick<Context, "stdin" | "stop" | "terminal">;
  readonly logger: Logger;
}

export function createPrompt(): LivePrompt {
  return { text: undefined, active: false, changed: () => undefined };
}

/** @returns a function that gives the terminal back */
export async function watchDropKeys({ translator, prompt, drop, flags, context, logger }: DropKeysOptions): Promise<() => void> {
  if (flags.json === true || flags.quiet === true || !context.terminal.interactive || !context.stdin.isTTY) return () => undefined;
  let keys: DropKeys;
  const onKey = (key: string): void => {
    const step = nextKey(keys, key, translator.numbers);
    keys = step.keys;
    prompt.text = dropQuestion(keys);
    prompt.changed();
    const viewer = step.drop === undefined ? undefined : translator.idOf(step.drop);
    if (viewer !== undefined) void drop(viewer).catch(onFailed);
  };
  const onFailed = (error: unknown): void => {
    // It left in between.
    if (!(error instanceof DaemonError)) logger.error("a viewer could not be disconnected", { error });
  };
  const { stdin, stop } = context;
  const close = await watchKeys({ stdin, stop, onKey });
  prompt.active = close !== undefined;
  prompt.changed();
  return close ?? (() => undefined);
}
