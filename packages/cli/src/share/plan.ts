/** Everything of `rangecast share` that is resolved and checked before something is hosted. */
import type { TermsChange } from "@rangecast/daemon";
import { type Config, readConfig } from "../config/config-file.ts";
import { type Folders, userFolders } from "../config/folders.ts";
import type { Context } from "../context.ts";
import type { HostRequest } from "../hosting/host-request.ts";
import { type LanSettings, resolveLan } from "../lan/lan-settings.ts";
import { chooseReach } from "../reach/choose-reach.ts";
import { type IceSettings, resolveIce } from "../serve/ice-settings.ts";
import { readTls, type TlsFiles } from "../serve/tls.ts";
import { usualStun } from "../tunnel/public-stun.ts";
import { resolveTunnel, type TunnelSettings } from "../tunnel/tunnel-settings.ts";
import { termsOf } from "./link-terms.ts";
import { type Endpoints, resolveEndpoints, type ShareFlags } from "./settings.ts";
import { inspectPaths, type SharedPaths } from "./shared-paths.ts";

export interface SharePlan {
  /** The options, with those that were chosen at the question. */
  readonly flags: ShareFlags;
  readonly shared: SharedPaths;
  readonly folders: Folders;
  readonly config: Config;
  readonly endpoints: Endpoints;
  readonly tls: TlsFiles | undefined;
  readonly ice: IceSettings;
  readonly lan: LanSettings | undefined;
  readonly tunnel: TunnelSettings | undefined;
  /** The saved value of `reach`, if it is used. */
  readonly reach: string | undefined;
  /** What the options change of the link's terms. */
  readonly terms: TermsChange;
}

/** @returns undefined if it was stopped. @throws CliError */
export async function makePlan(paths: readonly string[], given: ShareFlags, context: Context): Promise<SharePlan | undefined> {
  const { resolvePath, env } = context;
  const shared = await inspectPaths(paths, given, resolvePath);
  const terms = termsOf(given);
  const folders = await userFolders();
  const chosen = await chooseReach(given, { config: await readConfig(folders.configFile), folders }, context);
  if (chosen === undefined) return undefined;
  const { flags, config, setting: reach } = chosen;
  const tunnel = resolveTunnel(flags);
  // A tunnel leads to relay and page on this computer, whatever is saved.
  const endpoints = tunnel === undefined ? resolveEndpoints(flags, env, config) : {};
  const tls = await readTls(flags.tlsCert, flags.tlsKey);
  const ice = await resolveIce(flags, env, usualStun(tunnel?.program));
  return { flags, shared, folders, config, endpoints, tls, ice, lan: await resolveLan(flags, env), tunnel, reach, terms };
}

/** What the hosting process must know of a plan. */
export function hostRequestOf(
  { flags, shared, endpoints, ice, terms }: SharePlan,
  { resolvePath }: Pick<Context, "resolvePath">,
): HostRequest {
  const { host, port, tlsCert, tlsKey, udpPort } = flags;
  const relay = endpoints.relay?.value;
  const page = endpoints.page?.value;
  const server = {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(tlsCert === undefined ? {} : { tlsCert: resolvePath(tlsCert) }),
    ...(tlsKey === undefined ? {} : { tlsKey: resolvePath(tlsKey) }),
  };
  const { path, exclude = [], all = false, follow = false } = shared.content;
  return {
    content: { path: [path].flat(), exclude: [...exclude], all, follow },
    ...(shared.name === undefined ? {} : { name: shared.name }),
    shown: shared.shown,
    size: shared.size,
    terms,
    endpoint: {
      ...(relay === undefined ? { server } : { relay }),
      ...(page === undefined ? {} : { page }),
      ...(udpPort === undefined ? {} : { udpPort }),
      iceServers: ice.iceServers.map(({ urls, ...rest }) => ({ urls: typeof urls === "string" ? urls : [...urls], ...rest })),
      ...(ice.turn === undefined ? {} : { turn: { urls: [...ice.turn.urls], secret: ice.turn.secret } }),
    },
  };
}
