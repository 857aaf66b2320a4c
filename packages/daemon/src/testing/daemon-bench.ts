import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { DaemonEvent } from "../shares/daemon-event.ts";
import { createDaemon, type Daemon } from "../shares/daemon.ts";
import type { DaemonOptions } from "../shares/daemon-options.ts";
import { createEphemeralStore, type IdentityStore } from "../identity/identity-store.ts";
import type { ShareInfo } from "../shares/share.ts";
import { FakeChannel } from "@rangecast/testkit/fakes/fake-channel";
import { FakeDaemonSignals } from "./fake-daemon-signals.ts";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";
import { type LogLine, memoryLogger } from "./memory-logger.ts";
import { patternBytes } from "@rangecast/testkit/files/pattern";
import { until } from "./stream-bench.ts";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";

/** A daemon that shares one real file, with a fake relay and fake peer connections. */
export interface DaemonBench {
  readonly daemon: Daemon;
  readonly relay: FakeDaemonSignals;
  readonly store: IdentityStore;
  readonly path: string;
  readonly share: ShareInfo;
  readonly peers: FakePeer[];
  readonly events: DaemonEvent[];
  readonly lines: LogLine[];
  readonly peer: () => FakePeer;
  /** Opens a channel on the newest connection, once it has answered. */
  readonly opened: () => Promise<FakeChannel>;
}

export interface DaemonBenchOptions extends Partial<DaemonOptions> {
  readonly path?: string;
  readonly relayIceServers?: { urls: string; username?: string; credential?: string }[];
}

export async function daemonBench({ path: given, relayIceServers, ...options }: DaemonBenchOptions = {}): Promise<DaemonBench> {
  const path = given ?? join(await temporaryFolder(), "film.mp4");
  if (given === undefined) await writeFile(path, patternBytes(0, 1000));
  const store = options.store ?? (await createEphemeralStore());
  const peers: FakePeer[] = [];
  const events: DaemonEvent[] = [];
  const logger = memoryLogger();
  let relay: FakeDaemonSignals | undefined;
  const daemon = createDaemon({
    relay: "https://relay.example",
    store,
    logger,
    createPeerConnection: (config) => {
      const peer = new FakePeer(config);
      peers.push(peer);
      return peer;
    },
    onEvent: (event) => events.push(event),
    connect: (signalsOptions) => (relay = new FakeDaemonSignals(signalsOptions)),
    ...options,
  });
  onTestFinished(() => daemon.close());
  if (relay === undefined) throw new Error("the daemon did not connect");
  relay.iceServers = relayIceServers ?? [];
  const share = await daemon.addShare({ path });
  const peer = (): FakePeer => {
    const newest = peers.at(-1);
    if (newest === undefined) throw new Error("no peer connection was created");
    return newest;
  };
  const opened = async (): Promise<FakeChannel> => {
    await until(() => peers.at(-1)?.localDescription != null);
    const channel = new FakeChannel();
    await until(() => {
      if (channel.sent.length === 0) peer().announce(channel);
      return channel.sent.length > 0;
    });
    return channel;
  };
  return { daemon, relay, store, path, share, peers, events, lines: logger.lines, peer, opened };
}
