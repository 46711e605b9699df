// The inbound half as the outbound process sees it: requests become messages.
import { fromErrorBody } from '../admin/error-body.ts';
import type { Token } from '../domain/source.ts';
import type { RequestName, ToInbound, ToOutbound } from './messages.ts';
import type { InboundPort, InboundReport } from './ports.ts';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends requests to the main process, and keeps its last report. */
export class RemoteInbound implements InboundPort {
  readonly tokens: InboundPort['tokens'] = {
    create: (request) => this.#ask('createToken', request),
    list: () => this.#ask<readonly Token[]>('listTokens'),
    extend: (id, expiresInMs) => this.#ask('extendToken', id, expiresInMs),
    revoke: (id) => this.#ask('revokeToken', id),
  };
  readonly #post: (message: ToInbound) => void;
  readonly #waiting = new Map<number, Waiting>();
  #report: InboundReport;
  #asked = 0;

  constructor(report: InboundReport, post: (message: ToInbound) => void) {
    this.#report = report;
    this.#post = post;
  }

  /** Handles messages of the main process that answer requests; ignores others. */
  take(message: ToOutbound): void {
    if (message.is === 'inbound') this.#report = message.report;
    if (message.is !== 'answer' && message.is !== 'refusal') return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.is === 'answer') waiting?.resolve(message.value as never);
    else waiting?.reject(fromErrorBody(message.error));
  }

  troubles(): readonly string[] {
    return this.#report.troubles;
  }

  readOnly(): string | undefined {
    return this.#report.readOnly;
  }

  pruneChanges(upTo: number, limit: number): Promise<boolean> {
    return this.#ask('pruneChanges', upTo, limit);
  }

  pairMark(): Promise<string | undefined> {
    return this.#ask('pairMark');
  }

  setPairMark(mark: string): Promise<void> {
    return this.#ask('setPairMark', mark);
  }

  #ask<T>(name: RequestName, ...args: readonly unknown[]): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ is: 'request', id, name, args });
    });
  }
}
