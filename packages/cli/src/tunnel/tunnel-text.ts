/** What the user should know about a share through a tunnel. */
import { printable } from "../format.ts";
import type { IceSettings } from "../serve/ice-settings.ts";
import { PUBLIC_STUN } from "./public-stun.ts";
import type { TunnelProgram } from "./tunnel-options.ts";
import type { TunnelSettings } from "./tunnel-settings.ts";

/** The tunnel in messages: its name, or its program. */
export function tunnelName({ program, known }: TunnelProgram): string {
  return known?.name ?? printable(program);
}

/** In sentences: whom viewers must trust, and what keeps them from connecting. */
export function tunnelNotices({ program }: Pick<TunnelSettings, "program">, ice: IceSettings): string[] {
  const operator = program?.known === undefined ? "its operator" : `its operator, ${program.known.operator},`;
  const trust = `The page comes through the tunnel, so ${operator} must be trusted: it could change the page, which has the link's secret. The file itself goes directly to viewers.`;
  const stun = stunNotice(ice);
  return stun === undefined ? [trust] : [trust, stun];
}

function stunNotice({ iceServers, turn }: IceSettings): string | undefined {
  if (iceServers.length === 0 && turn === undefined) {
    return "The tunnel carries only the page and the signalling. Without a STUN server, viewers in other networks usually can't connect: add --stun stun:HOST:PORT.";
  }
  if (!iceServers.some(({ urls }) => urls.includes(PUBLIC_STUN.url))) return undefined;
  return `To find a path between networks, this computer and its viewers ask ${PUBLIC_STUN.operator}'s STUN server for their own public addresses. --stun names another server, --no-stun none.`;
}
