import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { pollUntil } from '../../support/poll.ts';

/** One response, parsed from its bytes. `body` is the parsed JSON, `undefined` without a body. */
export interface RawAnswer {
  readonly status: number;
  /** Values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A connection on which a test controls every byte. */
export class RawConnection {
  readonly socket: Socket;
  #received = '';
  #closed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (this.#received += text));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.#closed = true));
    onTestFinished(() => void socket.destroy());
  }

  /** The complete responses so far. A response without a Content-Length has no body. */
  get answers(): readonly RawAnswer[] {
    const answers: RawAnswer[] = [];
    let rest = this.#received;
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
      const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      );
      const length = Number(headers['content-length'] ?? 0);
      const text = rest.slice(end + 4, end + 4 + length);
      if (text.length < length) break;
      rest = rest.slice(end + 4 + length);
      answers.push({ status: Number(first.split(' ')[1]), headers, body: length > 0 ? (JSON.parse(text) as unknown) : undefined });
    }
    return answers;
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** Waits for this number of responses and returns them. */
  async read(count: number): Promise<readonly RawAnswer[]> {
    await pollUntil(`${count} answers came`, () => this.answers.length >= count || this.#closed);
    return this.answers;
  }

  /** Waits until the server has closed the connection, and returns the responses. */
  async readToEnd(): Promise<readonly RawAnswer[]> {
    await pollUntil('the connection ends', () => this.#closed);
    return this.answers;
  }
}

/** Opens a connection to a port of this machine, which is closed at the end of the test. `localAddress` is any address of 127.0.0.0/8. */
export async function openRaw(port: number, localAddress = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  const connection = new RawConnection(socket);
  if (socket.connecting) await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return connection;
}
