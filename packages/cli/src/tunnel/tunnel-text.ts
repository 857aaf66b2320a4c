/** What the user should know about a share through a tunnel. */
import { printable } from "../format.ts";
import type { IceSettings } from "../serve/ice-settings.ts";
import type { TunnelProgram } from "./tunnel-options.ts";
import type { TunnelSettings } from "./tunnel-settings.ts";

/** The tunnel in messages: its name, or its program. */
export function tunnelName({ program, known }: TunnelProgram): string {
  return known?.name ?? printable(program);
}

/** In sentences: whom viewers must trust, and what keeps them from connecting. */
export function tunnelNotices({ program }: Pick<TunnelSettings, "program">, { iceServers, turn }: IceSettings): string[] {
  const operator = program?.known === undefined ? "its operator" : `its operator, ${program.known.operator},`;
  const trust = `The page comes through the tunnel, so ${operator} must be trusted: it could change the page, which has the link's secret. The file itself goes directly to viewers.`;
  if (iceServers.length > 0 || turn !== undefined) return [trust];
  return [
    trust,
    "The tunnel carries only the page and the signalling. Without a STUN server, viewers in other networks usually can't connect: add --stun stun:HOST:PORT.",
  ];
}
