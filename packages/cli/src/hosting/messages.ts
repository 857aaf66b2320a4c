/** What two processes of one user say to each other. Both are of the same version, or they say nothing more than hello. */
import type { ShareInfo } from "@rangecast/daemon";
import * as v from "valibot";
import type { ShareEvent } from "../share/report/share-event.ts";
import type { RunningShare } from "./daemon-host.ts";
import { type HostRequest, hostRequestSchema } from "./host-request.ts";
import type { TakenBack } from "./hosted-share.ts";

/** Raised when a message changes its meaning, so that two versions that differ here don't misread each other. */
export const LOCAL_PROTOCOL = 1;

const MAX_ID = 64;
const MAX_WORDS = 4096;
const id = v.pipe(v.string(), v.maxLength(MAX_ID));
const words = v.pipe(v.string(), v.maxLength(MAX_WORDS));
const takenBackReason = v.picklist(["revoked", "stopped"]);

/** To the process that has a place. The first is `hello`. */
export type Ask =
  | { readonly type: "hello"; readonly protocol: number; readonly transport: string }
  /** Host this, until `leave` or the end of the connection. One share for each connection. */
  | { readonly type: "share"; readonly request: HostRequest }
  | { readonly type: "leave" }
  /** Disconnect the viewer with this number. */
  | { readonly type: "drop"; readonly viewer: number }
  /** What is shared there? */
  | { readonly type: "list" }
  /** Take a share back, also one of another terminal. */
  | ({ readonly type: "take-back"; readonly id: string } & TakenBack);

/** From the process that has the place. */
export type Tell =
  | { readonly type: "welcome"; readonly pid: number }
  /** The process that asks is of another version, or uses another transport. */
  | { readonly type: "unfit" }
  | ({ readonly type: "ready" } & Ready)
  | { readonly type: "refused"; readonly reason: string; readonly message: string }
  | { readonly type: "event"; readonly event: ShareEvent }
  /** The share has ended as was asked. */
  | { readonly type: "left" }
  | ({ readonly type: "taken-back" } & TakenBack)
  | { readonly type: "shares"; readonly shares: readonly RunningShare[] }
  | { readonly type: "done"; readonly found: boolean };

/** A share whose link works, as another process sees it. */
export interface Ready {
  readonly info: ShareInfo;
  readonly relay: string;
  readonly page: string;
}

export const askSchema: v.GenericSchema<unknown, Ask> = v.variant("type", [
  v.object({ type: v.literal("hello"), protocol: v.number(), transport: words }),
  v.object({ type: v.literal("share"), request: hostRequestSchema }),
  v.object({ type: v.literal("leave") }),
  v.object({ type: v.literal("drop"), viewer: v.number() }),
  v.object({ type: v.literal("list") }),
  v.object({ type: v.literal("take-back"), id, reason: takenBackReason, message: words }),
]);

/** Both sides are the same program, so that what one of them made needs no complete schema. */
const info = v.pipe(
  v.looseObject({ id, link: words, path: v.string(), name: v.string(), size: v.number(), isFolder: v.boolean() }),
  v.transform((value) => value as object as ShareInfo),
);
const event = v.pipe(
  v.looseObject({ event: v.string() }),
  v.transform((value) => value as object as ShareEvent),
);

export const tellSchema: v.GenericSchema<unknown, Tell> = v.variant("type", [
  v.object({ type: v.literal("welcome"), pid: v.number() }),
  v.object({ type: v.literal("unfit") }),
  v.object({ type: v.literal("ready"), info, relay: words, page: words }),
  v.object({ type: v.literal("refused"), reason: words, message: v.string() }),
  v.object({ type: v.literal("event"), event }),
  v.object({ type: v.literal("left") }),
  v.object({ type: v.literal("taken-back"), reason: takenBackReason, message: words }),
  v.object({ type: v.literal("shares"), shares: v.array(v.object({ info, viewers: v.number() })) }),
  v.object({ type: v.literal("done"), found: v.boolean() }),
]);

/** The transport that this process uses: that of a share must not depend on which process hosts it. */
export function transportOf(env: NodeJS.ProcessEnv): string {
  return env["RANGECAST_TRANSPORT"] ?? "";
}
