import mime from "mime";

/**
 * The media type that a file's name says, such as `video/mp4`; undefined where it says none. A guess for the player's sake: nobody
 * looks into the file.
 */
export function mediaTypeOf(name: string): string | undefined {
  return mime.getType(name) ?? undefined;
}
