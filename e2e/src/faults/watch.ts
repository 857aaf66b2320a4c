/* Waits for the outcome of a fault: film and `get` continue, or report why not. */
import { lookUntil } from "../lib/wait.ts";
import { type Outcome, SECOND_MS } from "./fault.ts";
import type { FilmViewer, Look } from "./film-viewer.ts";
import { type GetEnd, GetExit, type GetRun } from "./get-run.ts";

/** Longest recovery, milliseconds: after that a person has given up. */
export const RECOVERY_LIMIT_MS: number = 60 * SECOND_MS;
/** Longest time until a loss is reported, milliseconds. */
const TELL_LIMIT_MS = 20 * SECOND_MS;
/** The film must advance this far to count as playing, seconds: a frame that was already decoded is not enough. */
const ADVANCE_SECONDS = 0.2;

/** The page's messages if the file changed or is gone. */
const TOLD_WORDS = /the file changed|this is the new version|the file is gone|couldn't read the file|can't read the file/iu;
const TOLD_CODES: ReadonlySet<number | undefined> = new Set([GetExit.fileChanged, GetExit.remoteFailed]);

export type Aftermath =
  /** It continued, this many seconds after the fault's end. */
  | { readonly state: "on"; readonly seconds: number }
  | { readonly state: "told"; readonly word: string }
  | { readonly state: "lost"; readonly word: string };

export interface WatchOptions {
  readonly outcome: Outcome;
  /** When the fault was over, by performance.now(). */
  readonly overMs: number;
  readonly signal: AbortSignal;
}

export async function watchFilm(viewer: FilmViewer, { outcome, overMs, signal }: WatchOptions): Promise<Aftermath> {
  let base: Look | undefined;
  let last: Look | undefined;
  const look = async (): Promise<Aftermath | undefined> => {
    // A tab that can't answer at the moment is asked again.
    const now = await viewer.look().catch(() => undefined);
    if (now === undefined) return undefined;
    last = now;
    if (outcome === "told") return TOLD_WORDS.test(now.words) ? { state: "told", word: "" } : undefined;
    if (!now.same) return { state: "lost", word: `the film is another element, or gone; the page says: ${firstWords(now.words)}` };
    base ??= now;
    const goesOn = now.plays && now.time >= base.time + ADVANCE_SECONDS && now.frames > base.frames;
    return goesOn ? { state: "on", seconds: secondsSince(overMs) } : undefined;
  };
  const limitMs = outcome === "told" ? TELL_LIMIT_MS : RECOVERY_LIMIT_MS;
  const found = await lookUntil(look, { limitMs, signal });
  if (found !== undefined) return found;
  if (outcome === "told" && last?.same === true && last.plays) return { state: "on", seconds: 0 };
  return { state: "lost", word: `the film didn't go on; the page says: ${firstWords(last?.words ?? "nothing")}` };
}

/** @param past offset beyond which no byte can have been buffered before the fault */
export async function watchGet(get: GetRun, past: number, { outcome, overMs, signal }: WatchOptions): Promise<Aftermath> {
  let end: GetEnd | undefined;
  void get.ended.then((ended) => (end = ended));
  const base = await get.received();
  const look = async (): Promise<Aftermath | undefined> => {
    if (end !== undefined) return afterEnd(end, outcome, overMs);
    if (outcome === "told") return undefined;
    return (await get.received()) > Math.max(base, past) ? { state: "on", seconds: secondsSince(overMs) } : undefined;
  };
  const found = await lookUntil(look, { limitMs: outcome === "told" ? TELL_LIMIT_MS : RECOVERY_LIMIT_MS, signal });
  return found ?? { state: "lost", word: `get got no further than ${await get.received()} bytes` };
}

function afterEnd({ code, word }: GetEnd, outcome: Outcome, overMs: number): Aftermath {
  if (code === GetExit.ok) return { state: "on", seconds: secondsSince(overMs) };
  if (outcome === "told" && TOLD_CODES.has(code)) return { state: "told", word };
  return { state: "lost", word: `get ended with ${code ?? "a signal"}: ${word}` };
}

function secondsSince(overMs: number): number {
  return (performance.now() - overMs) / SECOND_MS;
}

const MAX_WORDS = 160;

function firstWords(words: string): string {
  return words.replace(/\s+/gu, " ").trim().slice(0, MAX_WORDS);
}
