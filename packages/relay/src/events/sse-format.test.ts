import { expect, test } from "vitest";
import { formatEvent, lastEventIdOf } from "./sse-format.ts";

test("writes name, id and data, in this order", () => {
  expect(formatEvent({ event: "signal", id: 7, data: '{"a":1}' })).toBe('event: signal\nid: 7\ndata: {"a":1}\n\n');
});

test("omits a missing id, so that the reader's last id stays", () => {
  expect(formatEvent({ event: "end", data: "{}" })).toBe("event: end\ndata: {}\n\n");
});

test.each(["a\nb", "a\rb"])("refuses a line break: %j", (text) => {
  expect(() => formatEvent({ event: "signal", data: text })).toThrow(TypeError);
  expect(() => formatEvent({ event: text, data: "{}" })).toThrow(TypeError);
});

test.each([
  ["17", 17],
  ["0", 0],
  ["1700000000000", 1_700_000_000_000],
  ["", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["1e3", undefined],
  ["abc", undefined],
  ["99999999999999999", undefined],
  ["9999999999999999", undefined],
])("reads Last-Event-ID %j as %j", (header, id) => {
  expect(lastEventIdOf(new Request("http://relay.test/", { headers: { "last-event-id": header } }))).toBe(id);
});
