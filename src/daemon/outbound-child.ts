// One process of the outbound half as the main process sees it: its messages, heartbeat and end.
import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../domain/clock.ts';
import type { TargetName } from '../domain/ids.ts';
import type { HalfMessage, ToInbound, ToOutbound } from './messages.ts';

/** Max characters of the end of its error output that are kept: enough for the message of V8 when memory runs out. */
const maxOutputCharacters = 4_000;

/** A Target for which work began earlier than this before the last message is no longer in progress, in milliseconds. */
const inProgressMs = 30_000;

/** What an {@link OutboundChild} works with. */
export interface OutboundChildParts {
  readonly child: ChildProcess;
  readonly clock: Clock;
  readonly take: (message: HalfMessage, from: OutboundChild) => void;
  /** Receives its error output, in pieces. */
  readonly output: (text: string) => void;
  /** Called once when the process has exited. */
  readonly ended: (child: OutboundChild) => void;
}

/** A running or ended process of the outbound half. */
export class OutboundChild {
  readonly startedAt: number;
  readonly #parts: OutboundChildParts;
  readonly #exited = Promise.withResolvers<void>();
  #seenAt: number;
  #wasAlive = false;
  #target: TargetName | undefined;
  #targetAt = 0;
  #cause: string | undefined;
  #output = '';

  constructor(parts: OutboundChildParts) {
    this.#parts = parts;
    const { child, clock, output } = parts;
    this.startedAt = clock.now().getTime();
    this.#seenAt = this.startedAt;
    child.on('message', (message: ToInbound) => this.#receive(message));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-maxOutputCharacters);
      output(text);
    });
    // An exit of the main process that waits for nothing, such as that of a second Ctrl-C, ends the child too.
    const kill = () => this.kill();
    process.once('exit', kill);
    child.once('error', (error) => this.endsBecause(`it could not be started: ${error.message}`));
    // `close` comes after the last of its error output; an `error` at the start has no `exit`.
    child.once('close', (code: number | null, signal: NodeJS.Signals | null) => {
      process.off('exit', kill);
      this.endsBecause(explainEnd(code, signal, this.#output));
      this.#exited.resolve();
      parts.ended(this);
    });
  }

  /** The Target for which work began within 30 s before the last message; `undefined` if there is none. */
  get target(): TargetName | undefined {
    return this.#seenAt - this.#targetAt <= inProgressMs ? this.#target : undefined;
  }

  /** Why it ends or ended, as a clause; `undefined` while it runs. */
  get cause(): string | undefined {
    return this.#cause;
  }

  /** True after its first message. */
  get wasAlive(): boolean {
    return this.#wasAlive;
  }

  /** How long it has not given a sign of life, in milliseconds. */
  get silentMs(): number {
    return this.#parts.clock.now().getTime() - this.#seenAt;
  }

  /** Notes why it ends; the first reason counts. */
  endsBecause(cause: string): void {
    this.#cause ??= cause;
  }

  /** Sends a message; does nothing when the channel is closed. */
  post(message: ToOutbound): void {
    const { child } = this.#parts;
    if (child.connected) child.send(message, () => undefined);
  }

  /** Ends it without waiting for its work. Loses nothing: both stores are durable at any moment. */
  kill(): void {
    this.#parts.child.kill('SIGKILL');
  }

  /** True when it has exited within this time, in milliseconds. */
  async exitsWithin(ms: number): Promise<boolean> {
    const { clock } = this.#parts;
    const late = Promise.withResolvers<false>();
    const cancel = clock.wakeAt(new Date(clock.now().getTime() + ms), () => late.resolve(false));
    const exited = await Promise.race([this.#exited.promise.then(() => true), late.promise]);
    cancel();
    return exited;
  }

  /** Stops waiting for it: the main process can exit before it does. */
  abandon(): void {
    const { child } = this.#parts;
    if (child.connected) child.disconnect();
    child.stderr?.destroy();
    child.unref();
  }

  #receive(message: ToInbound): void {
    this.#seenAt = this.#parts.clock.now().getTime();
    this.#wasAlive = true;
    switch (message.is) {
      case 'alive':
        return;
      case 'works':
        this.#target = message.target;
        this.#targetAt = this.#seenAt;
        return;
      case 'failed':
        return this.endsBecause(`it failed: ${message.why}`);
      default:
        return this.#parts.take(message, this);
    }
  }
}

function explainEnd(code: number | null, signal: NodeJS.Signals | null, output: string): string {
  if (/out of memory/i.test(output)) return 'it ran out of memory';
  if (signal === 'SIGKILL') return 'it was killed (SIGKILL), perhaps because the machine ran out of memory';
  return signal === null ? `it exited with code ${code}` : `it was killed by ${signal}`;
}
