/** Watches how the bytes travel, for the progress of a download. */
import type { GetPath } from "./get-event.ts";

/** The rate of a progress event is measured over this time, milliseconds: long enough for steady figures, short enough to follow the path. */
export const RATE_SPAN_MS = 8000;

export interface PathSource {
  /** The network path; undefined if it isn't known. */
  path(): Promise<{ readonly kind: "direct" | "relayed" } | undefined>;
}

/** Asks for the path, one question at a time. @returns a function that returns the last known path at once */
export function createPathWatch(source: PathSource): () => GetPath {
  let path: GetPath = "unknown";
  let asking = false;
  const ask = async (): Promise<void> => {
    asking = true;
    path = await pathOf(source);
    asking = false;
  };
  return () => {
    if (!asking) void ask();
    return path;
  };
}

async function pathOf(source: PathSource): Promise<GetPath> {
  try {
    return (await source.path())?.kind ?? "unknown";
  } catch {
    // A connection that is being closed has no statistics.
    return "unknown";
  }
}
