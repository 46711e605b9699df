// Opens an HTTP or HTTPS server that enforces all limits.
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { silentLogger, type Logger } from '../domain/logger.ts';
import { toRefusal } from './limits/client-error.ts';
import type { AuthenticatedConnections } from './limits/connection-limiter.ts';
import { limitConnections } from './limits/limit-connections.ts';
import { checkHeaders } from './limits/check-headers.ts';
import { defaultLimits, type Limits } from './limits/limits.ts';
import { refuseRequest, refuseConnection } from './limits/raw-response.ts';
import { PendingResponses } from './limits/pending-responses.ts';
import { TrustedProxies } from './trusted-proxies.ts';
import { HttpRefusal } from './refusal.ts';

/** Options of `listen`. */
export interface ListenOptions {
  /** Host name or address; `0.0.0.0` for all interfaces. */
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  /** Certificate chain and key as PEM strings. Default: plain HTTP. At least TLS 1.2 (docs/entra-facts.md#tls). */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** How long requests can continue after {@link Listener.close}, in milliseconds. Default 10,000. */
  readonly graceMs?: number;
  /** Overrides of `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  /** Addresses and networks of trusted proxies: the limit of connections per address applies to each of their clients. */
  readonly trustedProxies?: readonly string[];
  /** The connections whose requests had valid credentials, added by `serve`: they are not closed to make room. */
  readonly authenticated?: AuthenticatedConnections;
  /** Logs when connections begin to be refused. */
  readonly log?: Logger;
}

/** An open listener. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  /**
   * Stops accepting connections, responds to open requests, and closes all connections, forcibly after the grace period. Resolves when all
   * are closed. Can be called twice.
   */
  close(): Promise<void>;
}

type Server = http.Server | https.Server;

/** Opens a listener for `serve`. @throws the error of node:net if the address cannot be used, or of node:tls for an invalid certificate. */
export async function listen(serve: http.RequestListener, options: ListenOptions): Promise<Listener> {
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const pendingResponses = new PendingResponses();
  const server = options.tls
    ? https.createServer({ ...toServerOptions(limits), ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.handshakeMs })
    : http.createServer(toServerOptions(limits));
  // `checkHeaders` enforces the limit: Node would silently drop excess headers. Here, only `headBytes` limits them.
  server.maxHeadersCount = 0;
  server.timeout = limits.stallMs;
  const { trustedProxies = [], authenticated = new WeakSet(), log = silentLogger } = options;
  const proxies = new TrustedProxies(trustedProxies);
  const connections = limitConnections(server, { limits, proxies, authenticated, pendingResponses, log, tls: options.tls !== undefined });
  checkRequests(server, limits, pendingResponses, (request, response) => {
    connections.requestStarted(request.socket, proxies.clientAddressOf(request));
    serve(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return { address, port, close: () => (closed ??= close(server, pendingResponses, options.graceMs ?? 10_000)) };
}

function toServerOptions(limits: Limits): http.ServerOptions {
  return {
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    // Interval at which Node checks for timed-out requests: with the default of 30 s, our limit of 15 s could triple.
    connectionsCheckingInterval: Math.min(limits.headMs, limits.requestMs) / 5,
    // `checkHeaders` refuses these requests with a body.
    requireHostHeader: false,
  };
}

/** Passes valid requests to `serve`, and refuses the others. */
function checkRequests(server: Server, limits: Limits, pendingResponses: PendingResponses, serve: http.RequestListener): void {
  const check: http.RequestListener = (request, response) => {
    // A refused client can continue to send for a moment.
    if (!request.socket.writable) return;
    const waiting = pendingResponses.add(response);
    // Upgrades are not supported. After an upgrade request, Node's parser (24.21) does not report malformed requests on the same
    // connection.
    if (request.headers.upgrade !== undefined) response.setHeader('Connection', 'close');
    // RFC 9112 §6.1: an intermediary that does not know chunked encoding may have read the message differently.
    if (request.httpVersion === '1.0' && request.headers['transfer-encoding'] !== undefined) response.setHeader('Connection', 'close');
    const refusal = waiting > limits.pipelined ? tooManyAtOnce(limits) : checkHeaders(request, limits);
    if (refusal === undefined) serve(request, response);
    else if (waiting <= 2 * limits.pipelined) refuseRequest(response, refusal);
    // The refusal would have to wait for earlier responses, but the client does not wait for it.
    else request.socket.destroy();
  };
  server.on('request', check);
  server.on('checkExpectation', (_: http.IncomingMessage, response: http.ServerResponse) => {
    pendingResponses.add(response);
    refuseRequest(response, new HttpRefusal(417, 'Unsupported Expect header. Only 100-continue is supported.'));
  });
  server.on('connect', (_: http.IncomingMessage, socket: Duplex) =>
    refuseConnection(socket, new HttpRefusal(405, 'This server is not a proxy.')),
  );
  server.on('clientError', (error: Error, socket: Duplex) => {
    const refusal = toRefusal(error, limits);
    if (refusal) pendingResponses.afterPrecedingResponses(socket, () => refuseConnection(socket, refusal));
    else socket.destroy();
  });
}

function tooManyAtOnce({ pipelined }: Limits): HttpRefusal {
  return new HttpRefusal(429, `Too many pipelined requests on this connection (max ${pipelined}).`, { 'Retry-After': '1' });
}

async function close(server: Server, pendingResponses: PendingResponses, graceMs: number): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // Node closes only idle connections; this header tells clients with an open request that the connection ends after the response.
  server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'));
  for (const response of pendingResponses.all()) if (!response.headersSent) response.setHeader('Connection', 'close');
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await ended;
  clearTimeout(timer);
}
