/** Addresses of pages and relays. */

/** Without a user name or password, which a link must not carry. No cause is kept of a text that doesn't parse: it would hold the text. */
export function httpUrl(text: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const known = url.protocol === "http:" || url.protocol === "https:";
  return known && url.username === "" && url.password === "" ? url : undefined;
}

/** Origin and path, without a slash at the end. */
export function addressOf(url: URL): string {
  return url.origin + withoutEndSlashes(url.pathname);
}

/** Not by a regular expression, which would be quadratic on a text of slashes. */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}
