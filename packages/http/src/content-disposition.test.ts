import fc from "fast-check";
import { expect, test } from "vitest";
import { contentDisposition } from "./content-disposition.ts";

test.each([
  ["plain", "film.mp4", `attachment; filename="film.mp4"; filename*=UTF-8''film.mp4`],
  ["not ASCII", "naïve 🎉.bin", `attachment; filename="na_ve _.bin"; filename*=UTF-8''na%C3%AFve%20%F0%9F%8E%89.bin`],
  ["characters that RFC 8187 escapes", "it's (1)*.txt", `attachment; filename="it's (1)_.txt"; filename*=UTF-8''it%27s%20%281%29_.txt`],
  ["percent", "100%41.txt", `attachment; filename="100_41.txt"; filename*=UTF-8''100%2541.txt`],
  ["a path", "../a/b", `attachment; filename="_a_b"; filename*=UTF-8''_a_b`],
  ["a header of its own", 'a"\r\nSet-Cookie: b', `attachment; filename="a_Set-Cookie_ b"; filename*=UTF-8''a_Set-Cookie_%20b`],
])("%s", (_name, name, expected) => {
  expect(contentDisposition("attachment", name)).toBe(expected);
});

test("the header is printable ASCII whatever the name, and the exact name can be read back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const header = contentDisposition("inline", name);
      expect(header).toMatch(/^inline; filename="[^"\\%\r\n]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]+$/u);
      expect(() => decodeURIComponent(header.slice(header.indexOf("''") + 2))).not.toThrow();
    }),
  );
});
