/* Addresses of pages and relays. */

/** An http or https URL; undefined for other texts, and for URLs with a user name or password. Never throws: URL's error contains the text (L-9). */
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

/** Without a regular expression, which would take quadratic time on a text of slashes. */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}
