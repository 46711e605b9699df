import type { Clock } from '../../src/domain/clock.ts';
import { TargetRefused, TargetUnavailable } from '../../src/domain/errors.ts';
import type { OutboundRecord } from '../../src/domain/record.ts';
import type { Published, SnapshotConnection } from '../../src/outbound/drivers/driver.ts';
import { textOf } from '../outbound/engine/fake-target.ts';
import type { Row } from './oracle.ts';
import { unwritable } from './rules.ts';
import type { Condition, KindName, OnceFault } from './steps.ts';
import type { Watch } from './watched-systems.ts';

/** A simulated system that reads full files and stores the last one. */
export class FileSystem {
  readonly name: KindName = 'file';
  rows: readonly Row[] = [];
  condition: Condition = 'well';
  #faults: OnceFault[] = [];
  readonly #watch: Watch;
  readonly #clock: Clock;

  constructor(watch: Watch, clock: Clock) {
    this.#watch = watch;
    this.#clock = clock;
  }

  fault(fault: OnceFault, times: number): void {
    for (let n = 0; n < times; n += 1) this.#faults.push(fault);
  }

  heal(): void {
    this.condition = 'well';
    this.#faults = [];
  }

  /** `isOver`: the connected process has ended, so the file that it was handing over never arrives. */
  connect(isOver: () => boolean = () => false): SnapshotConnection {
    return {
      mode: 'snapshot',
      actions: new Set(['create', 'update', 'delete'] as const),
      probe: () => this.#probe(),
      close: async () => undefined,
      refuse: (record) => (textOf(record['Name']).includes(unwritable) ? `Name: ${unwritable} cannot be written` : undefined),
      deactivated: () => undefined,
      publish: (name, rows) => this.#publish(name, rows, isOver),
    };
  }

  async #probe(): Promise<void> {
    this.#watch.request(this.name, 'a probe');
    this.#assertThere();
  }

  #assertThere(): void {
    if (this.condition === 'refuses') throw new TargetRefused('the share does not take our credentials');
    if (this.condition === 'dead' || this.condition === 'notFound') throw new TargetUnavailable('the folder is not there');
  }

  /** By the contract of a Connection, no file was handed over if it throws. */
  async #publish(name: string, rows: AsyncIterable<OutboundRecord>, isOver: () => boolean): Promise<Published> {
    this.#watch.request(this.name, 'a file');
    this.#assertThere();
    const fault = this.#faults.shift();
    if (fault !== undefined && fault !== 'partialBatch') throw new TargetUnavailable('the disk is full');
    const written: Row[] = [];
    for await (const row of rows) {
      written.push({ Email: textOf(row['Email']), Name: textOf(row['Name']), Department: textOf(row['Department']) });
      if (fault === 'partialBatch') throw new TargetUnavailable('the disk is full');
    }
    if (this.condition === 'slow') await new Promise<void>((resolve) => this.#clock.wakeAt(new Date(this.#watch.now + 40_000), resolve));
    if (isOver()) await new Promise<never>(() => undefined);
    const before = this.rows;
    this.rows = written;
    this.#watch.published(this.name, name, before, written);
    return { file: `${name}.csv`, rows: written.length, bytes: 0, sha256: '', unchanged: false };
  }
}
