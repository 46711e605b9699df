import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';

/** Where and how to listen. */
export interface ListenOptions {
  /** Name or address; `0.0.0.0` for all. */
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** Certificate chain and key as PEM texts. Missing: plain HTTP. TLS 1.2 at least (fact sheet §5.2). */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** How long requests may go on after {@link Listening.close}, in milliseconds. Default 10,000. */
  readonly graceMs?: number;
}

/** An open listener. */
export interface Listening {
  readonly address: string;
  readonly port: number;
  /**
   * Takes no new connections, answers what is being asked, closes every connection, after the grace period by force. Resolves when all
   * are closed. Harmless when called twice.
   */
  close(): Promise<void>;
}

// A request has to arrive within its time: whoever sends one byte a second would otherwise hold a connection for ever. Kept-alive
// connections outlive the idle time of usual reverse proxies (60 s), so that these never write into one that we are just closing.
const serverOptions = { headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 65_000, maxHeaderSize: 16 * 1024 };

/** Opens a listener for `serve`. @throws what node:net says when the address cannot be had, and what node:tls says of a bad certificate. */
export async function listen(serve: http.RequestListener, options: ListenOptions): Promise<Listening> {
  const open = new Set<http.ServerResponse>();
  const track: http.RequestListener = (request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    serve(request, response);
  };
  const server = options.tls
    ? https.createServer({ ...serverOptions, ...options.tls, minVersion: 'TLSv1.2' }, track)
    : http.createServer(serverOptions, track);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return { address, port, close: () => (closed ??= close(server, open, options.graceMs ?? 10_000)) };
}

async function close(server: http.Server | https.Server, open: ReadonlySet<http.ServerResponse>, graceMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // Node closes idle connections only; those in use must learn that this answer is their last.
  server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'));
  for (const response of open) if (!response.headersSent) response.setHeader('Connection', 'close');
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await ended;
  clearTimeout(timer);
}
