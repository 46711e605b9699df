import { connect, type Socket } from 'node:net';

/** A response, or the end of the connection without a response. */
export type Reply =
  | { readonly is: 'answer'; readonly status: number; readonly type: string; readonly body: Buffer; readonly ms: number }
  /** `ms`: the time until the connection was closed. */
  | { readonly is: 'closed'; readonly ms: number }
  /** Neither a response nor the end arrived within the time. */
  | { readonly is: 'silence'; readonly ms: number }
  /** Bytes that are not HTTP. */
  | { readonly is: 'nonsense'; readonly text: string; readonly ms: number };

/** The bytes to send, and how to send them. */
export interface Sending {
  readonly method: string;
  readonly bytes: Buffer;
  /** True to end the sending side after the bytes: the server must then respond or close. */
  readonly end: boolean;
  /** Max wait in milliseconds. */
  readonly maxMs: number;
}

/** A client for a port of this machine, which keeps its connection open and opens a new one after it was closed. */
export class Wire {
  readonly #port: number;
  readonly #localAddress: string;
  #last: Buffer | undefined;
  #socket: Socket | undefined;
  #before: Buffer | undefined;

  constructor(port: number, localAddress = '127.0.0.1') {
    this.#port = port;
    this.#localAddress = localAddress;
  }

  /** Sends the bytes and waits for the first final response. Opens a new connection if the server closed the idle one. */
  async send(sending: Sending): Promise<Reply> {
    const kept = this.#socket !== undefined;
    const reply = await this.#exchange(sending);
    return kept && reply.is === 'closed' && !sending.end ? this.#exchange(sending) : reply;
  }

  /** The bytes sent before the last ones on the same connection; `undefined` if the last ones were the first. */
  get before(): Buffer | undefined {
    return this.#before;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #exchange({ method, bytes, end, maxMs }: Sending): Promise<Reply> {
    const begun = performance.now();
    const socket = (this.#socket ??= this.#open());
    const passed = () => Math.round(performance.now() - begun);
    return new Promise((resolve) => {
      let received: Buffer = Buffer.alloc(0);
      const timer = setTimeout(() => settle({ is: 'silence', ms: passed() }), maxMs);
      const settle = (reply: Reply) => {
        clearTimeout(timer);
        socket.off('data', take).off('close', close);
        if (reply.is !== 'answer') this.close();
        resolve(reply);
      };
      const take = (piece: Buffer) => {
        received = received.length === 0 ? piece : Buffer.concat([received, piece]);
        const read = readAnswer(received, method);
        if (read === 'more') return;
        if (read === 'nonsense') return settle({ is: 'nonsense', text: received.toString('latin1').slice(0, 500), ms: passed() });
        if (read.closes) this.close();
        settle({ is: 'answer', status: read.status, type: read.type, body: read.body, ms: passed() });
      };
      const close = () => settle({ is: 'closed', ms: passed() });
      socket.on('data', take).once('close', close);
      this.#before = this.#last;
      this.#last = bytes;
      if (end) socket.end(bytes);
      else socket.write(bytes);
    });
  }

  #open(): Socket {
    this.#last = undefined;
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress: this.#localAddress, noDelay: true });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket;
  }
}

interface Read {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly closes: boolean;
}

function readAnswer(received: Buffer, method: string): Read | 'more' | 'nonsense' {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return received.length > 64 * 1024 ? 'nonsense' : 'more';
  const [first = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const [, code] = /^HTTP\/1\.1 (\d{3})/.exec(first) ?? [];
  if (code === undefined) return 'nonsense';
  const status = Number(code);
  const rest = received.subarray(end + 4);
  if (status < 200) return readAnswer(rest, method);
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const shared = { status, type: headers.get('content-type') ?? '', closes: headers.get('connection') === 'close' };
  if (method === 'HEAD' || status === 204 || status === 304) return { ...shared, body: Buffer.alloc(0) };
  if (headers.get('transfer-encoding') === 'chunked') {
    const body = readChunks(rest);
    return body === undefined ? 'more' : { ...shared, body };
  }
  const length = Number(headers.get('content-length') ?? 0);
  return rest.length < length ? 'more' : { ...shared, body: rest.subarray(0, length) };
}

function readChunks(bytes: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (bytes.length < line + 2 + size + 2) return undefined;
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
