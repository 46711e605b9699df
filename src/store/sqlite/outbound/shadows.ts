// Reads Shadows.
import type { SubjectId, SubjectRef, TargetName } from '../../../domain/ids.ts';
import type { MatchKey } from '../../../domain/record.ts';
import type { Shadow } from '../../../domain/shadow.ts';
import type { Claim, ClaimsOf, LeaverCounts, Shadows } from '../../outbound-reads.ts';
import type { DatabaseAccess } from '../database-access.ts';
import type { DeliveryRows } from './delivery-rows.ts';
import type { LeaverRows } from './leaver-rows.ts';
import type { Claimant, MatchKeyRows } from './match-keys.ts';
import type { ShadowRows } from './shadow-rows.ts';

interface Parts {
  readonly access: DatabaseAccess;
  readonly rows: ShadowRows;
  readonly leavers: LeaverRows;
  readonly keys: MatchKeyRows;
  readonly deliveries: DeliveryRows;
}

/** Reads Shadows. */
export class SqliteShadows implements Shadows {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get(target: TargetName, subjects: readonly SubjectRef[]): Promise<readonly Shadow[]> {
    return this.#parts.access.read(() =>
      subjects.map((subject) => this.#parts.rows.get(target, subject)).filter((shadow) => shadow !== undefined),
    );
  }

  async *each(target: TargetName, pageSize = 500): AsyncIterable<readonly Shadow[]> {
    for (let last: SubjectRef | undefined; ;) {
      const after = last;
      const page = await this.#parts.access.read(() => this.#parts.rows.page(target, after, pageSize));
      const end = page.at(-1);
      if (end === undefined) return;
      yield page;
      last = end.subject;
    }
  }

  count(target: TargetName): Promise<{ readonly active: number; readonly deactivated: number }> {
    return this.#parts.access.read(() => this.#parts.rows.counts(target));
  }

  leavers(target: TargetName): Promise<LeaverCounts> {
    return this.#parts.access.read(() => this.#parts.leavers.counts(target));
  }

  leaving(target: TargetName, last: SubjectId | undefined, limit: number): Promise<readonly SubjectRef[]> {
    return this.#parts.access.read(() => this.#parts.leavers.page(target, last, limit));
  }

  of(subject: SubjectRef): Promise<readonly Shadow[]> {
    return this.#parts.access.read(() => this.#parts.rows.of(subject));
  }

  claims(
    target: TargetName,
    asked: readonly { readonly subject: SubjectRef; readonly keys: readonly MatchKey[] }[],
  ): Promise<readonly ClaimsOf[]> {
    return this.#parts.access.read(() =>
      asked.flatMap(({ subject, keys }) => {
        const by = this.#parts.keys.others(target, subject, keys).map((claimant) => this.#toClaim(target, claimant));
        return by.length === 0 ? [] : [{ subject, by }];
      }),
    );
  }

  holders(target: TargetName, keys: readonly string[]): Promise<ReadonlyMap<string, SubjectRef>> {
    return this.#parts.access.read(() => {
      const found = keys.map((key) => [key, this.#parts.rows.holderOf(target, key)] as const);
      return new Map(found.flatMap(([key, holder]) => (holder === undefined ? [] : [[key, holder] as const])));
    });
  }

  #toClaim(target: TargetName, { subject, holds }: Claimant): Claim {
    const shadow = this.#parts.rows.get(target, subject);
    const open = this.#parts.deliveries.openOf(target, subject);
    return { subject, holds, ...(shadow !== undefined && { shadow }), ...(open !== undefined && { open }) };
  }
}
