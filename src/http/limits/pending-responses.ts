// Tracks requests without a complete response, per connection.
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * The requests without a complete response, by connection: a client can send several requests before it reads a response (RFC 9112 §9.3.2).
 */
export class PendingResponses {
  readonly #bySocket = new Map<Duplex, Set<ServerResponse>>();

  /**
   * Tracks a request until its response is sent or its connection is closed. @returns the number of pending requests of this connection,
   * including this one.
   */
  add(response: ServerResponse): number {
    const { socket } = response.req;
    const waiting = this.#bySocket.get(socket) ?? new Set<ServerResponse>();
    this.#bySocket.set(socket, waiting);
    waiting.add(response);
    response.once('close', () => {
      waiting.delete(response);
      if (waiting.size === 0) this.#bySocket.delete(socket);
    });
    return waiting.size;
  }

  /** The pending responses of one connection, in the order of the requests. */
  of(socket: Duplex): readonly ServerResponse[] {
    return [...(this.#bySocket.get(socket) ?? [])];
  }

  /** All pending responses, in no particular order. */
  all(): readonly ServerResponse[] {
    return [...this.#bySocket.values()].flatMap((waiting) => [...waiting]);
  }

  /**
   * Calls `refuse` for invalid bytes on a connection, after all previous requests have a response: an earlier refusal would be read as the
   * response to one of them. If the response to the malformed request has already begun, the connection is closed.
   */
  afterPrecedingResponses(socket: Duplex, refuse: () => void): void {
    const waiting = this.of(socket);
    const last = waiting.findLast((response) => response.req.complete);
    const broken = waiting.find((response) => !response.req.complete);
    const answer = () => {
      if (broken?.headersSent === true) socket.destroy();
      else refuse();
    };
    if (last) last.once('close', answer);
    else answer();
  }
}
