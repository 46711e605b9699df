// Opens the channel on which a script sends its results: file descriptor 3, or a named pipe on Windows.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * The channel for results. It is separate from the output of the script and its child processes
 * (docs/platform-facts.md#output-that-is-not-an-answer).
 */
export interface AnswerChannel {
  /** Environment variables that tell the script which channel to use. */
  readonly environment: Readonly<Record<string, string>>;
  /** The named pipe; `undefined` if the channel is descriptor 3. */
  readonly pipe?: Server;
}

/** Opens the channel: descriptor 3, or on Windows, where descriptors are not inherited, a named pipe. */
export async function openChannel(platform: NodeJS.Platform): Promise<AnswerChannel> {
  if (platform !== 'win32') return { environment: { VESTIBULE_CHANNEL: '3' } };
  const name = `vestibule-${randomUUID()}`;
  const pipe = createServer();
  pipe.maxConnections = 1;
  pipe.listen(`\\\\.\\pipe\\${name}`);
  await once(pipe, 'listening');
  return { environment: { VESTIBULE_ANSWERS: name }, pipe };
}
