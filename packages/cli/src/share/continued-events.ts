/** The events of a share that goes on in another process when the one that hosted it ends: viewers keep counting up, and the link is reported once. */
import type { ReadyEvent, ShareEvent, ShareReporter } from "./report/share-event.ts";

export interface ContinuedEvents {
  /** The numbers of the current viewers, as reported. */
  readonly viewers: readonly number[];
  /** Whether the link was reported. */
  readonly isReady: boolean;
  /** The link works. It is reported again only if it is another one. */
  readonly ready: (event: ReadyEvent) => void;
  /** An event of the process that hosts now. */
  readonly event: (event: ShareEvent) => void;
  /** That process has ended: its viewers have left, and connect to the next one as other viewers. */
  readonly hostGone: () => void;
  /** The number of a current viewer at the process that hosts now. */
  readonly numberAtHost: (viewer: number) => number;
}

const GONE = { reason: "host-gone", message: "the process that served it ended; the viewer connects again by itself" } as const;

export function createContinuedEvents(report: ShareReporter): ContinuedEvents {
  /** Bytes sent to each current viewer, by its number. */
  const viewers = new Map<number, number>();
  let link: string | undefined;
  /** Viewers of the processes before. */
  let before = 0;
  let highest = 0;
  return {
    numberAtHost: (viewer) => viewer - before,
    get viewers() {
      return [...viewers.keys()];
    },
    get isReady() {
      return link !== undefined;
    },
    ready: (event) => {
      if (event.link !== link) report(event);
      link = event.link;
    },
    event: (event) => {
      if (!("viewer" in event)) return report(event);
      const numbered = { ...event, viewer: before + event.viewer };
      highest = Math.max(highest, numbered.viewer);
      if (numbered.event === "viewer-left") viewers.delete(numbered.viewer);
      else viewers.set(numbered.viewer, "bytes" in numbered ? numbered.bytes : 0);
      report(numbered);
    },
    hostGone: () => {
      for (const [viewer, bytes] of viewers) report({ event: "viewer-left", viewer, ...GONE, bytes });
      viewers.clear();
      before = highest;
    },
  };
}
