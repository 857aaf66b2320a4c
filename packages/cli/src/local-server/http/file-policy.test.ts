import { expect, it } from "vitest";
import { filePolicy } from "./file-policy.ts";

it.each([
  ["video/mp4", /media-src 'self'/],
  ["audio/mpeg", /media-src 'self'/],
  ["image/png", /img-src 'self'/],
  ["application/pdf", /frame-ancestors/],
])("%s may be shown by the browser's own document", (type, policy) => {
  expect(filePolicy(type)).toMatch(policy);
  expect(filePolicy(type)).not.toMatch(/sandbox|script-src/);
});

it.each(["image/svg+xml", "application/octet-stream", undefined])("%s stays in the sandbox", (type) => {
  expect(filePolicy(type)).toBeUndefined();
});
