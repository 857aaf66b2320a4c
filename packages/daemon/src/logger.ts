/** Structured data of a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * The daemon's log. Levels: `error` for our own failures; `warn` when a peer or the relay misbehaves and the daemon continues; `info` for each change of
 * a session's state; `debug` for the rest. No line is logged more than about once a second.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The default logger: it discards everything. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A logger that adds the same fields to every line. */
export function withFields(logger: Logger, fields: LogFields): Logger {
  return {
    debug: (message, more) => logger.debug(message, { ...fields, ...more }),
    info: (message, more) => logger.info(message, { ...fields, ...more }),
    warn: (message, more) => logger.warn(message, { ...fields, ...more }),
    error: (message, more) => logger.error(message, { ...fields, ...more }),
  };
}

function ignore(): void {}
