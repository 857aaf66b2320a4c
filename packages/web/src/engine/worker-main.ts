/* The engine in a dedicated worker. The first message brings the port for all others. The worker ends with its page. */
import type { EngineToPage, PageToEngine } from "../shared/messages/engine-messages.ts";
import { engineLockName } from "../shared/locks.ts";
import { plainError } from "../shared/messages/plain-error.ts";
import { createTypedPort } from "../shared/ports/typed-port.ts";
import { connectOver } from "./connect.ts";
import { runEngine } from "./engine.ts";
import { proxiedPeers } from "./peer/proxied-peers.ts";

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener("message", ({ data }: MessageEvent<MessagePort>) => run(data), { once: true });

function run(pagePort: MessagePort): void {
  const port = createTypedPort<EngineToPage, PageToEngine>(pagePort);
  // The browser reports thrown errors to the page, but not rejected promises.
  self.addEventListener("unhandledrejection", ({ reason }) => port.post({ type: "fault", error: plainError(reason) }));
  runEngine({ port, connect: connectOver(proxiedPeers(port)), locks: navigator.locks });
  const lifeLock = engineLockName(crypto.randomUUID());
  void navigator.locks.request(lifeLock, () => {
    port.post({ type: "ready", lifeLock });
    return new Promise(() => undefined);
  });
}
