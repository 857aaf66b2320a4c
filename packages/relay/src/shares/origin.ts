/** The origins of this relay for which a registration may be signed (L-1). */
export function originsOf(
  request: Request,
  options: { readonly origins: readonly string[] | undefined; readonly trustProxy: boolean },
): readonly string[] {
  if (options.origins !== undefined) {
    return options.origins;
  }
  const url = new URL(request.url);
  const scheme = options.trustProxy ? request.headers.get("x-forwarded-proto")?.split(",").at(-1)?.trim() : undefined;
  if (scheme === "http" || scheme === "https") {
    // Parsed again with the new scheme, which drops its default port.
    return [new URL(`${scheme}://${url.host}`).origin];
  }
  return [url.origin];
}
