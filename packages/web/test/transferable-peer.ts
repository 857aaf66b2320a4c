import type { DataChannel } from "@rangecast/rtc";
import { FakePeer } from "@rangecast/testkit/fakes/fake-peer";

/** A fake peer connection whose channel is a MessagePort, which can be transferred like a browser's channel. `network` is the other end. */
export class TransferablePeer extends FakePeer {
  network: MessagePort | undefined;

  override createDataChannel(label: string, options?: { ordered?: boolean }): DataChannel {
    super.createDataChannel(label, options);
    const { port1, port2 } = new MessageChannel();
    this.network = port2;
    return port1 as unknown as DataChannel;
  }

  override close(): void {
    super.close();
    this.network?.close();
  }
}
