/** RTCIceServer, as the relay gives it out. */
export interface IceServer {
  readonly urls: string | string[];
  readonly username?: string;
  readonly credential?: string;
}

/** 200 of `POST /api/v1/shares`. */
export interface RegisterAnswer {
  readonly shareId: string;
  /** The daemon's token, for its event stream and for revoking. */
  readonly token: string;
  readonly iceServers: IceServer[];
}

/** 200 of `GET /api/v1/shares/{shareId}`. */
export interface ShareAnswer {
  readonly online: boolean;
  readonly epoch: string;
  readonly iceServers: IceServer[];
}

/** 201 of `POST /api/v1/shares/{shareId}/sessions/{sessionId}`. */
export interface SessionAnswer {
  /** The browser side's session token. */
  readonly token: string;
  readonly iceServers: IceServer[];
}

/** Data of an `event: session` on the daemon's stream. */
export interface SessionEvent {
  readonly shareId: string;
  readonly sessionId: string;
  /** The agent side's session token. */
  readonly token: string;
  /** The offer's payload, sealed. */
  readonly offer: string;
}

/** Data of an `event: signal` on the daemon's stream. */
export interface DaemonSignalEvent {
  readonly shareId: string;
  readonly sessionId: string;
  readonly from: "browser";
  readonly type: string;
  readonly payload: string;
  readonly ts: number;
}

/** Body of any answer that is no success. */
export interface ErrorAnswer {
  readonly error: string;
  readonly message: string;
}
