import { SESSION_FILE_HANDLE } from "@rangecast/wire";
import type { RangeSource } from "../channel/range-source.ts";
import type { ClientError } from "../client-error.ts";

/** What readers read: one version of a resource, at any number of sources. */
export interface ReadTarget {
  /** The resource's handle at a source; undefined if that source can't serve it. */
  handleAt(source: RangeSource): number | undefined;
  /** Why it can't be read any more; undefined while it can. */
  readonly ended: ClientError | undefined;
}

/** The session's file, if there is only one connection. */
export const SESSION_FILE: ReadTarget = { handleAt: () => SESSION_FILE_HANDLE, ended: undefined };
