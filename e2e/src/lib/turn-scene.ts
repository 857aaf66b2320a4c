/* A relay, a TURN server and a host that a viewer can reach by TURN alone, in network namespaces. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { type Coturn, startCoturn } from "./coturn.ts";
import { makeFilm } from "./media.ts";
import { makeNetwork, MIDDLE_ADDRESS, type Network } from "./network.ts";
import { makeHome, removeHome, startRangecast } from "./rangecast.ts";

const RELAY_PORT = 7264;
/** Where the scene's relay serves the page. */
export const TURN_SCENE_ORIGIN: string = `http://${MIDDLE_ADDRESS}:${RELAY_PORT}`;

export interface TurnShare {
  readonly host: JsonProcess;
  readonly link: string;
  readonly stop: () => Promise<void>;
}

export interface TurnScene {
  readonly network: Network;
  readonly coturn: Coturn;
  /** Starts a relay in the middle and a share of the film on the host's side. @param secret what the relay shares with the TURN server */
  share(turnUrls: readonly string[], secret?: string): Promise<TurnShare>;
  remove(): Promise<void>;
}

export async function makeTurnScene(): Promise<TurnScene> {
  const folder = await makeHome();
  const film = await makeFilm("mp4-moov-front", await mkdtemp(join(tmpdir(), "rangecast-turn-")));
  const network = await makeNetwork();
  await network.setDirect(false);
  const coturn = await startCoturn(network, folder);
  const running: JsonProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const process of running.splice(0).toReversed()) await process.stop();
  };
  return {
    network,
    coturn,
    share: async (turnUrls, secret = coturn.secret) => {
      const env = { RANGECAST_TURN_SECRET: secret };
      const listen = ["--host", "0.0.0.0", "--port", String(RELAY_PORT), "--origin", TURN_SCENE_ORIGIN];
      const relay = startRangecast(["relay", "--json", ...listen, ...turnUrls.flatMap((url) => ["--turn", url])], {
        home: folder,
        env,
        within: network.within("middle"),
      });
      running.push(relay);
      await relay.waitFor(({ event }) => event === "ready");
      const share = ["share", film, "--json", "--relay", TURN_SCENE_ORIGIN];
      const host = startRangecast(share, { home: folder, within: network.within("host") });
      running.push(host);
      const ready = await host.waitFor(({ event }) => event === "ready");
      return { host, link: String(ready["link"]), stop };
    },
    remove: async () => {
      await stop();
      await coturn.stop();
      await network.remove();
      await removeHome(folder);
      await rm(join(film, ".."), { recursive: true, force: true });
    },
  };
}
