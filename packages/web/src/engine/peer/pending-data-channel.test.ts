import type { DataChannel } from "@rangecast/rtc";
import { expect, test, vi } from "vitest";
import { PendingDataChannel } from "./pending-data-channel.ts";

function fakeChannel() {
  const sent: Uint8Array[] = [];
  const close = vi.fn<() => void>();
  const channel: DataChannel = {
    label: "real",
    readyState: "connecting",
    bufferedAmount: 7,
    bufferedAmountLowThreshold: 0,
    binaryType: "blob",
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    onbufferedamountlow: null,
    send: (data) => void sent.push(data),
    close,
  };
  return { channel, sent, close };
}

test("before its channel is there it is connecting, and takes nothing to send", () => {
  const standIn = new PendingDataChannel("rangecast");
  expect(standIn.readyState).toBe("connecting");
  expect(() => standIn.send(new Uint8Array(1))).toThrow("not open");
});

test("what was set before holds for the channel, and its events and bytes go through", () => {
  const standIn = new PendingDataChannel("rangecast");
  const { channel, sent } = fakeChannel();
  standIn.bufferedAmountLowThreshold = 5;
  const onmessage = vi.fn<(event: { readonly data: unknown }) => void>();
  const onopen = vi.fn<() => void>();
  Object.assign(standIn, { onmessage, onopen });
  standIn.adopt(channel);
  expect(channel).toMatchObject({ binaryType: "arraybuffer", bufferedAmountLowThreshold: 5 });
  channel.onopen?.({});
  channel.onmessage?.({ data: "hello" });
  standIn.send(new Uint8Array([1]));
  expect(onopen).toHaveBeenCalledOnce();
  expect(onmessage).toHaveBeenCalledWith({ data: "hello" });
  expect(sent).toEqual([new Uint8Array([1])]);
  expect(standIn.bufferedAmount).toBe(7);
});

test("closed before its channel came, it closes the channel that comes", () => {
  const standIn = new PendingDataChannel("rangecast");
  const { channel, close } = fakeChannel();
  standIn.close();
  standIn.adopt(channel);
  expect(close).toHaveBeenCalledOnce();
  expect(standIn.readyState).toBe("closed");
});
