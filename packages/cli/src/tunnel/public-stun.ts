import type { TunnelProgram } from "./tunnel-options.ts";

/**
 * A tunnel carries no UDP, so it can't be the STUN server of its share, and behind a router few viewers connect without one. This server is public, free, and
 * learns only that an address asked (https://developers.cloudflare.com/realtime/turn/).
 */
export const PUBLIC_STUN = { url: "stun:stun.cloudflare.com:3478", operator: "Cloudflare" } as const;

/** The STUN servers of a share through this tunnel, if the options name none. A command of the user's own may lead anywhere, so it gets none. */
export function usualStun(program: TunnelProgram | undefined): string[] {
  return program?.known === undefined ? [] : [PUBLIC_STUN.url];
}
