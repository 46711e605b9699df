import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadOrder, LoadResult } from './load-client.ts';

/** The process that sends the requests: apart, so that its work is not counted as the server's. */
export class Load {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'load-client.ts'));
  }

  /** Carries out one load. @throws {Error} with the first answer that was not as expected. */
  async run(order: LoadOrder): Promise<LoadResult> {
    this.#child.send(order);
    const [answer] = (await once(this.#child, 'message')) as [{ readonly result?: LoadResult; readonly error?: string }];
    if (answer.result === undefined) throw new Error(answer.error);
    return answer.result;
  }

  stop(): void {
    this.#child.kill();
  }
}
