import { expect, test } from "vitest";
import { createThumbnails, MAX_KEPT, MAX_TOTAL_BYTES, type Picture, type ThumbnailSources } from "./thumbnails.ts";

const never = new AbortController().signal;
const picture = (name: string, size = 1000): Picture => ({ url: `/${name}`, name, size, key: name });

function thumbnails(sources: Partial<ThumbnailSources<string>> = {}) {
  const read: string[] = [];
  const { of } = createThumbnails<string>({
    embedded: async (url) => {
      read.push(`start of ${url}`);
      return url.includes("camera") ? `in ${url}` : undefined;
    },
    whole: async (url) => {
      read.push(url);
      return `all of ${url}`;
    },
    ...sources,
  });
  return { of, read };
}

test("an embedded thumbnail is used, and the whole picture is read only if there is none", async () => {
  const { of, read } = thumbnails();
  expect(await of(picture("camera.JPG"), never)).toBe("in /camera.JPG");
  expect(await of(picture("edited.jpg"), never)).toBe("all of /edited.jpg");
  expect(await of(picture("a.png"), never)).toBe("all of /a.png");
  expect(read).toEqual(["start of /camera.JPG", "start of /edited.jpg", "/edited.jpg", "/a.png"]);
});

test("a thumbnail is kept and returned at once, and so is the fact that there is none; the least recently shown are dropped", async () => {
  const { of, read } = thumbnails({ whole: async (url) => (url === "/broken.png" ? undefined : url) });
  await of(picture("a.png"), never);
  await of(picture("broken.png"), never);
  expect(of(picture("a.png"), never)).toBe("/a.png");
  expect(of(picture("broken.png"), never)).toBeUndefined();
  for (let index = 0; index < MAX_KEPT - 1; index += 1) {
    await of(picture(`${index}.png`), never);
    expect(of(picture("a.png"), never)).toBe("/a.png");
  }
  expect(of(picture("broken.png"), never)).toBeInstanceOf(Promise);
  expect(read).toEqual([]);
});

test("large pictures, empty ones, and all beyond a total are not read as a whole", async () => {
  const { of, read } = thumbnails();
  expect(await of(picture("huge.png", 12_000_001), never)).toBeUndefined();
  expect(await of(picture("empty.png", 0), never)).toBeUndefined();
  const size = 10_000_000;
  for (let index = 0; index <= MAX_TOTAL_BYTES / size; index += 1) await of(picture(`${index}.png`, size), never);
  expect(read).toHaveLength(MAX_TOTAL_BYTES / size);
});

test("what is out of view is not read, and is read again later; so is what could not be read", async () => {
  let fail = true;
  const begun: string[] = [];
  const { of } = thumbnails({
    whole: async (url) => {
      begun.push(url);
      if (fail) throw new Error("no connection");
      return url;
    },
  });
  const gone = new AbortController();
  gone.abort(new Error("out of view"));
  expect(await of(picture("b.png"), gone.signal)).toBeUndefined();
  expect(begun).toEqual([]);
  expect(await of(picture("b.png"), never)).toBeUndefined();
  fail = false;
  expect(await of(picture("b.png"), never)).toBe("/b.png");
  expect(begun).toEqual(["/b.png", "/b.png"]);
});
