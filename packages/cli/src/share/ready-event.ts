import type { Ready } from "../hosting/messages.ts";
import type { LanServer } from "../lan/serve-lan.ts";
import { reachNotice } from "../reach/reach-text.ts";
import { tunnelNotices } from "../tunnel/tunnel-text.ts";
import { readyTerms, termNotices } from "./link-terms.ts";
import { adviseOnLink, noticesOf } from "./notices.ts";
import type { SharePlan } from "./plan.ts";
import type { ReadyEvent } from "./report/share-event.ts";

/** What is reported when the link works. @param lan the server in the local network */
export function readyEvent({ info, page, relay }: Ready, plan: SharePlan, lan: LanServer | undefined): ReadyEvent {
  const { link, name, size, isFolder } = info;
  const { reach, notices } = adviseOnLink(page, relay, lan !== undefined);
  const empty = size === 0 && !isFolder ? ["The file is empty (0 bytes): viewers have nothing to play or save."] : [];
  return {
    event: "ready",
    link,
    name,
    size,
    ...(isFolder ? { folder: true } : {}),
    reach,
    page,
    relay,
    ...readyTerms(info),
    ...lan?.addresses,
    notices: [
      ...termNotices(info, lan !== undefined),
      ...empty,
      ...notices,
      ...(plan.reach === undefined ? [] : [reachNotice(plan.reach, plan.folders.configFile)]),
      ...(plan.tunnel === undefined ? [] : tunnelNotices(plan.tunnel, plan.ice)),
      ...(lan?.notices ?? []),
      ...noticesOf(plan, new URL(page).hostname),
    ],
  };
}
