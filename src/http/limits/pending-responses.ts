// Tracks requests without a complete response, per connection.
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** The requests that have no complete answer yet, by connection: one may send several before it reads (RFC 9112 §9.3.2). */
export class PendingResponses {
  readonly #bySocket = new Map<Duplex, Set<ServerResponse>>();

  /** Notes a request until its answer is sent or its connection gone. @returns how many of its connection wait now, itself included. */
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

  /** Those of one connection, in the order that they came in. */
  of(socket: Duplex): readonly ServerResponse[] {
    return [...(this.#bySocket.get(socket) ?? [])];
  }

  /** All of them, in no order. */
  all(): readonly ServerResponse[] {
    return [...this.#bySocket.values()].flatMap((waiting) => [...waiting]);
  }

  /**
   * Refuses the invalid bytes of a connection with `refuse`, after the requests before them have been answered: sent earlier, a
   * client would read it as the answer to one of these. If the answer to the broken request has begun already, the connection is closed.
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
