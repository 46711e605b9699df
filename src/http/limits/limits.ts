// The limits of a listener, with their defaults.
/**
 * The limits of a listener. A request that exceeds a limit gets a SCIM error (RFC 7644 §3.12), and the connection is closed if it is no
 * longer usable. The limits of bodies, filters and PATCHes are defined in their parsers.
 */
export interface Limits {
  /** Max length of the request target (path and query) in bytes; above it 414. */
  readonly targetBytes: number;
  /** Max size of the request line and headers together in bytes; above it 431. */
  readonly headBytes: number;
  /** Max number of headers; above it 431. */
  readonly headers: number;
  /** Max time to receive the headers of a request, in milliseconds; after it 408. */
  readonly headMs: number;
  /** Max time to receive the whole request with its body, in milliseconds; after it 408. */
  readonly requestMs: number;
  /** Max time of a TLS handshake, in milliseconds; after it the connection is closed. */
  readonly handshakeMs: number;
  /** Max time without traffic during a request, in milliseconds: for example, if a client does not read the response. */
  readonly stallMs: number;
  /** How long an idle connection is kept open for the next request, in milliseconds. */
  readonly keepAliveMs: number;
  /** Max requests of one connection that wait for a response at the same time; above it 429. */
  readonly pipelined: number;
  /** Max open connections; above it 503. */
  readonly connections: number;
  /** Max open connections of one address (for IPv6, of one /64 network), except trusted proxies; above it 429. */
  readonly connectionsPerAddress: number;
}

/**
 * The limits of every listener. The longest allowed filter fits into the URL. Idle connections are kept open longer than typical reverse
 * proxies keep them (60 s), so that a proxy never uses a connection that is being closed. Entra opens a few connections at a time.
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
