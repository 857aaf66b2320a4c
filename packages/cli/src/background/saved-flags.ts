/** The options of a share that the background process has, as they are kept beside its link: it is shared with them again after a restart. */
import * as v from "valibot";
import type { Context } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import type { SharePlan } from "../share/plan.ts";
import type { LanFlags } from "../lan/lan-settings.ts";
import type { ServerFlags } from "../serve/listen.ts";
import type { ShareFlags } from "../share/settings.ts";
import type { FolderFlags } from "../share/shared-paths.ts";
import { parseTunnel, type TunnelProgram } from "../tunnel/tunnel-options.ts";

const MAX_TEXT = 4096;
const MAX_LIST = 100;
const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const texts = v.pipe(v.array(text), v.maxLength(MAX_LIST));

/** The options that are kept as they were given. */
type Kept = "relay" | "page" | "name" | keyof ServerFlags | keyof FolderFlags | keyof LanFlags | "lanPort" | "udpPort" | "tunnelUrl";

export interface SavedFlags extends Pick<ShareFlags, Kept> {
  readonly tunnel?: Pick<TunnelProgram, "program" | "args"> & { readonly known?: string };
}

export const savedFlagsSchema: v.GenericSchema<unknown, SavedFlags> = v.object({
  relay: v.exactOptional(v.union([text, v.literal(false)])),
  page: v.exactOptional(v.union([text, v.literal(false)])),
  port: v.exactOptional(v.number()),
  host: v.exactOptional(text),
  name: v.exactOptional(text),
  exclude: v.exactOptional(texts),
  all: v.exactOptional(v.boolean()),
  follow: v.exactOptional(v.boolean()),
  tlsCert: v.exactOptional(text),
  tlsKey: v.exactOptional(text),
  udpPort: v.exactOptional(v.number()),
  lan: v.exactOptional(v.boolean()),
  lanHost: v.exactOptional(text),
  lanPort: v.exactOptional(v.number()),
  cast: v.exactOptional(v.boolean()),
  mdns: v.exactOptional(v.boolean()),
  stun: v.exactOptional(v.union([texts, v.literal(false)])),
  turn: v.exactOptional(texts),
  turnSecretFile: v.exactOptional(text),
  tunnel: v.exactOptional(v.object({ program: text, args: texts, known: v.exactOptional(text) })),
  tunnelUrl: v.exactOptional(text),
});

/**
 * What must be kept of a plan: no output options, absolute paths, and the addresses that the environment named.
 * @throws CliError `usage` for what can't be kept
 */
export function savedFlagsOf({ flags, endpoints }: SharePlan, { resolvePath, env }: Pick<Context, "resolvePath" | "env">): SavedFlags {
  const { tunnel, tlsCert, tlsKey, turn, turnSecretFile } = flags;
  if (turn !== undefined && turnSecretFile === undefined && env["RANGECAST_TURN_SECRET"] !== undefined)
    throw new CliError("usage", "--background can't keep the secret of --turn from the environment: use --turn-secret-file FILE.");
  const resolved = {
    ...flags,
    relay: endpoints.relay?.value ?? flags.relay,
    page: endpoints.page?.value ?? flags.page,
    tlsCert: tlsCert && resolvePath(tlsCert),
    tlsKey: tlsKey && resolvePath(tlsKey),
    turnSecretFile: turnSecretFile && resolvePath(turnSecretFile),
    tunnel: tunnel && savedTunnel(tunnel),
  };
  // Without what is undefined, and without what the schema doesn't know.
  return v.parse(savedFlagsSchema, JSON.parse(JSON.stringify(resolved)));
}

function savedTunnel({ program, args, known }: TunnelProgram): SavedFlags["tunnel"] {
  return { program, args: [...args], ...(known === undefined ? {} : { known: known.name }) };
}

/** The options to share with. They ask nothing, and print nothing. */
export function flagsOfSaved({ tunnel, ...saved }: SavedFlags): ShareFlags {
  return { ...saved, ...(tunnel === undefined ? {} : { tunnel: tunnelOf(tunnel) }), qr: false, yes: true, quiet: true };
}

function tunnelOf({ program, args, known }: NonNullable<SavedFlags["tunnel"]>): TunnelProgram {
  return known === undefined ? { program, args } : parseTunnel(known);
}
