// The main process as the outbound process sees it: a channel of messages.
import type { OutboundOptions, ToInbound, ToOutbound } from './messages.ts';

/** The channel to the main process. */
export interface ParentProcess {
  /** The start parameters: its first message. */
  readonly options: Promise<OutboundOptions>;
  post(message: ToInbound): void;
  /** Calls `take` with each further message, including those that have arrived already. */
  listen(take: (message: ToOutbound) => void): void;
  /** Reports a failure, and ends this process. */
  fail(why: string): void;
}

/**
 * Connects to the process that forked this one. Signals for the whole process group, such as Ctrl-C, are ignored, because the main process
 * sends *stop*. When the main process has ended, this process exits immediately: both stores are durable at any moment.
 * @throws {Error} when this process was not forked.
 */
export function connectToParent(): ParentProcess {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error('This program is started by Vestibule only.');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.once('disconnect', kill);
  const options = Promise.withResolvers<OutboundOptions>();
  const early: ToOutbound[] = [];
  let take = (message: ToOutbound): unknown => early.push(message);
  process.on('message', (message: ToOutbound) => {
    if (message.is === 'start') options.resolve(message.options);
    else take(message);
  });
  // An error means that the channel is closed; then `disconnect` ends this process.
  const post = (message: ToInbound) => void send(message, undefined, undefined, () => undefined);
  post({ is: 'alive' });
  return {
    options: options.promise,
    post,
    listen(taker) {
      take = taker;
      for (const message of early.splice(0)) taker(message);
    },
    fail: (why) => void send({ is: 'failed', why } satisfies ToInbound, undefined, undefined, kill),
  };
}

/** Ends this process. `process.exit` would wait for file operations in progress, and one on a network folder may never return. */
function kill(): void {
  process.kill(process.pid, 'SIGKILL');
}
