// Opens the channel (descriptor 3 or a named pipe) on which a script answers.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** How answers come back, apart from what a script and its commands print (docs/platform-facts.md#output-that-is-not-an-answer). */
export interface AnswerChannel {
  /** How the script learns of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The pipe that it connects to, where descriptors are not handed on; `undefined` where it is descriptor 3. */
  readonly pipe?: Server;
}

/** Opens the channel: descriptor 3, or on Windows, which hands on no descriptors, a named pipe. */
export async function openChannel(platform: NodeJS.Platform): Promise<AnswerChannel> {
  if (platform !== 'win32') return { environment: { VESTIBULE_CHANNEL: '3' } };
  const name = `vestibule-${randomUUID()}`;
  const pipe = createServer();
  pipe.maxConnections = 1;
  pipe.listen(`\\\\.\\pipe\\${name}`);
  await once(pipe, 'listening');
  return { environment: { VESTIBULE_ANSWERS: name }, pipe };
}
