import { asIs } from "./as-is.ts";
import type { Way, WayKind } from "./way.ts";

/** Loads the script of a way of playing. */
export async function loadWay(kind: WayKind): Promise<Way> {
  switch (kind) {
    case "as-is":
      return asIs;
    case "remux":
      return (await import("../remux/remux-way.ts")).remuxWay;
    case "host":
      throw new Error("this page can't play what the host converts yet");
  }
}
