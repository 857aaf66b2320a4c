import { createInterface } from "node:readline";
import { type ProcessOptions, type StartedProcess, startProcess } from "./start-process.ts";
import { Watchers } from "./watchers.ts";

/** Longest that {@link JsonProcess.waitFor} waits, milliseconds. */
const EVENT_LIMIT_MS = 30_000;
/** Number of events that an error message quotes, the last ones. */
const QUOTED_EVENTS = 5;

export type Event = Record<string, unknown> & { event: string };

/** A program that prints one JSON object a line. */
export interface JsonProcess extends StartedProcess {
  /** What it has printed. A line that is not JSON is an event called `not-json`. */
  readonly events: readonly Event[];
  /**
   * Returns the first matching event, past or future.
   * @throws if the program ends, or if `limitMs` pass; default 30 s
   */
  waitFor(matches: (event: Event) => boolean, limitMs?: number): Promise<Event>;
}

/** Starts a program that prints one JSON object a line. */
export function startJsonProcess(command: string, args: readonly string[], options: ProcessOptions = {}): JsonProcess {
  const started = startProcess(command, args, options);
  const events: Event[] = [];
  const watchers = new Watchers();
  const quoted = (): string => JSON.stringify(events.slice(-QUOTED_EVENTS));
  createInterface({ input: started.child.stdout }).on("line", (line) => {
    events.push(parseEvent(line));
    watchers.changed();
  });
  return {
    ...started,
    events,
    waitFor: async (matches, limitMs = EVENT_LIMIT_MS) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        const fail = (): void => reject(new Error(`${command} printed no such event within ${limitMs} ms; it printed ${quoted()}`));
        timer = setTimeout(fail, limitMs);
      });
      try {
        return await watchers.waitFor(() => events.find(matches), Promise.race([late, started.failsAtEnd(quoted)]));
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/**
 * Starts a program that prints one JSON object a line, and waits for the first.
 * @throws if the program ends, or prints nothing within 30 s; it is stopped then
 */
export async function startJsonProcessAndWait(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<{ readonly running: JsonProcess; readonly first: Event }> {
  const running = startJsonProcess(command, args, options);
  try {
    return { running, first: await running.waitFor(() => true) };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

function parseEvent(line: string): Event {
  try {
    return JSON.parse(line) as Event;
  } catch {
    return { event: "not-json", line };
  }
}
