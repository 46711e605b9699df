import { once } from 'node:events';
import { createServer, request as open, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The behaviour of the proxy for every request; `cut` forwards the request and closes the connection without a response. */
export type ProxyMode = 'pass' | 'cut' | 'hold';

/** A proxy in front of an HTTP server that can disturb its responses. */
export class HttpProxy {
  mode: ProxyMode = 'pass';
  /** Number of requests so far. */
  requests = 0;
  readonly #port: number;
  #server: Server | undefined;
  #own = 0;

  /** `port` is the port of the server behind the proxy, on loopback. */
  constructor(port: number) {
    this.#port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#own}`;
  }

  /** Starts to listen, on the same port as before. No effect if it is already listening. */
  async comeBack(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#server = createServer((request, response) => void this.#pass(request, response).catch(() => response.destroy()));
    this.#server.listen(this.#own, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#own = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses new connections and closes open ones. No effect if it is already down. */
  async goDown(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const { mode } = this;
    const body = await buffer(request);
    if (mode === 'hold') return;
    const passed = open({ port: this.#port, host: '127.0.0.1', method: request.method, path: request.url, headers: request.headers });
    passed.end(body);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    const text = await buffer(answer);
    if (mode === 'cut') return void response.destroy();
    response.writeHead(answer.statusCode ?? 502, { 'Content-Type': answer.headers['content-type'] ?? '' }).end(text);
  }
}
