// Answers commands in place of the outbound half while that is not running.
import type { RequestListener } from 'node:http';
import { toErrorBody } from '../admin/error-body.ts';
import { DaemonError } from '../domain/errors.ts';
import { listenOnSocket, type SocketListener } from '../outbound/admin/listen-on-socket.ts';
import type { StandIn } from './outbound-supervisor.ts';

/** Listens on the admin socket of a data folder, and answers every command with what `describe` says. */
export function standInFor(dataDir: string, describe: () => string): StandIn {
  let opening: Promise<SocketListener> | undefined;
  const refuse: RequestListener = (_request, response) => {
    const error = new DaemonError('outboundDown', describe(), { hint: 'see the log of the daemon for the cause' });
    response.writeHead(503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(toErrorBody(error)));
  };
  return {
    async open() {
      opening ??= listenOnSocket(refuse, dataDir);
      await opening;
    },
    async close() {
      const opened = opening;
      opening = undefined;
      // A listener that could not be opened has been reported by `open`.
      const listener = await opened?.catch(() => undefined);
      await listener?.close({ force: true });
    },
  };
}
