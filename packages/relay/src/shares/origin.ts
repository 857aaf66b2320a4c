/** Under which origins a request's daemon may have signed for this relay. */
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
    // A port that is the new scheme's own goes with it.
    return [new URL(`${scheme}://${url.host}`).origin];
  }
  return [url.origin];
}
