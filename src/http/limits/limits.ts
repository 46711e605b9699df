// The limits of a listener, with their defaults.
/**
 * The limits of a listener. A request over a limit gets a SCIM error (RFC 7644 §3.12), and the connection is closed if it cannot be used
 * any more. The limits of bodies, filters and PATCHes are defined where they are parsed.
 */
export interface Limits {
  /** Longest request target (path and query) in bytes; above it 414. */
  readonly targetBytes: number;
  /** Largest request line and headers together in bytes; above it 431. */
  readonly headBytes: number;
  /** Most headers of a request; above it 431. */
  readonly headers: number;
  /** How long the headers of a request may take to arrive, in milliseconds; after it 408. */
  readonly headMs: number;
  /** The same for the whole request with its body. */
  readonly requestMs: number;
  /** How long a TLS handshake may take, in milliseconds; after it the connection is cut. */
  readonly handshakeMs: number;
  /** Max idle time of a connection in milliseconds: for example a client that does not read its answer. */
  readonly stallMs: number;
  /** How long a connection is kept for a next request, in milliseconds. */
  readonly keepAliveMs: number;
  /** Most requests of one connection that wait for their answers at the same time; above it 429. */
  readonly pipelined: number;
  /** Most open connections; above it 503. */
  readonly connections: number;
  /** Most open connections of one address (of one /64 network for IPv6) that is no trusted proxy; above it 429. */
  readonly connectionsPerAddress: number;
}

/**
 * The limits of every listener. The longest allowed filter fits into the URL. Idle connections are kept longer than by usual reverse proxies
 * (60 s), so that a proxy never uses a connection that is being closed. Entra opens a few connections at a time.
 */
export const defaultLimits: Limits = {
  targetBytes: 16 * 1024,
  headBytes: 32 * 1024,
  headers: 100,
  headMs: 15_000,
  requestMs: 60_000,
  handshakeMs: 10_000,
  stallMs: 120_000,
  keepAliveMs: 65_000,
  pipelined: 32,
  connections: 1_000,
  connectionsPerAddress: 200,
};
