import { connectPlain } from "@rangecast/client";
import type { PeerConnection } from "@rangecast/rtc";
import type { Target } from "./api.ts";
import { createFailure, type Viewer } from "./viewer.ts";

/** The client with its default window, as any page would use it. */
export async function openOurs(target: Target): Promise<Viewer> {
  const file = await connectPlain({ ...target, createPeerConnection: (config) => new RTCPeerConnection(config) as PeerConnection });
  const { failed, fail } = createFailure();
  void file.closed.then(({ reason, message }) => fail(new Error(`${reason}: ${message}`)));
  let current: ReadableStreamDefaultReader<Uint8Array> | undefined;

  async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, onBytes: (bytes: number) => void): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (current === reader) onBytes(value.byteLength);
    }
  }

  return {
    readFrom(start, onBytes) {
      void current?.cancel();
      const reader = file.stream({ start }).getReader();
      current = reader;
      pump(reader, onBytes).catch(fail);
    },
    failed,
    close: () => file.close(),
  };
}
