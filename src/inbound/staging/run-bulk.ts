// Runs all operations of a Bulk request in dependency order.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResourceId } from '../../domain/ids.ts';
import type { Group, Person } from '../../domain/person.ts';
import { planBulk, type Step } from '../../scim/bulk/plan-bulk.ts';
import { replaceReferences } from '../../scim/bulk/bulk-id-references.ts';
import type { BulkOperation, BulkRequest } from '../../scim/bulk/parse-bulk.ts';
import type { BulkResource } from '../../scim/bulk/bulk-resource.ts';
import { CreationRefused, ScimError } from '../../scim/errors.ts';
import type { Creation } from '../../store/staging.ts';
import { BulkIds, lostReference } from './bulk-ids.ts';
import { runBulkOperation, successStatus, toCreation } from './run-bulk-operation.ts';
import { prepareOperation, toDependent, type Prepared } from './prepare-bulk-operation.ts';
import type { StagingContext, WriteOptions } from './staging-context.ts';

/** Dependencies of {@link runBulk}. */
export interface BulkDeps {
  readonly staging: StagingContext;
  /** The method and resource of an operation. @throws {ScimError} if the operation is not supported. */
  readonly resourceOf: (operation: BulkOperation) => BulkResource;
  /** The write options of an operation. Called when the operation is carried out. */
  readonly writeOf: (operation: BulkOperation) => WriteOptions;
}

/** The result of one operation. */
export interface BulkOutcome {
  readonly operation: BulkOperation;
  /** The resource if it is known; missing if a POST failed or the path names no resource. */
  readonly resource?: { readonly type: BulkResource['type']; readonly id: ResourceId };
  readonly result:
    | { readonly is: 'done'; readonly status: number; readonly version?: number }
    /** A ScimError, a StoreError, or a bug. */
    | { readonly is: 'failed'; readonly error: unknown };
}

/** Max creations that share one commit. */
const maxBatch = 100;

/** Max POSTs in one cycle: they are one unit of the store, during which no other unit runs. */
const maxInCycle = 100;

/**
 * Carries out a Bulk (RFC 7644 §3.7): each operation is a separate unit and fails alone, in the order of `planBulk`. An operation that
 * refers to a failed POST also fails, without any effect. POSTs that refer to each other in a cycle are one unit, so that no reference
 * stays unresolved. Never rejects. @returns the outcomes of the started operations, in the order of the request.
 */
export async function runBulk(deps: BulkDeps, request: BulkRequest): Promise<readonly BulkOutcome[]> {
  const job = new BulkJob(deps, request);
  await job.run();
  return job.outcomes.filter((outcome) => outcome !== undefined);
}

class BulkJob {
  readonly outcomes: (BulkOutcome | undefined)[] = [];
  readonly #deps: BulkDeps;
  readonly #failOnErrors: number | undefined;
  readonly #operations: readonly Prepared[];
  readonly #ids = new BulkIds();
  #failed = 0;

  constructor(deps: BulkDeps, { failOnErrors, operations }: BulkRequest) {
    this.#deps = deps;
    this.#failOnErrors = failOnErrors;
    this.#operations = operations.map((operation) => prepareOperation(operation, deps.resourceOf));
    for (const { creates } of this.#operations) if (creates !== undefined) this.#ids.reserve(creates, deps.staging.source.reserveId());
  }

  async run(): Promise<void> {
    const steps = planBulk(this.#operations.map(toDependent));
    for (let next = 0; next < steps.length && this.#failed < (this.#failOnErrors ?? Infinity);) {
      const wave = this.#waveAt(steps, next);
      next += wave.length;
      await Promise.all(wave.map((step) => this.#runStep(step)));
      await nextTurn();
    }
  }

  /** Consecutive creations without references to each other are started together, so that they share a commit. */
  #waveAt(steps: readonly Step[], from: number): readonly Step[] {
    if (this.#failOnErrors !== undefined) return steps.slice(from, from + 1);
    const created = new Set<string>();
    const ahead = steps.slice(from, from + maxBatch);
    const end = ahead.findIndex((step) => {
      const operations = step.map((index) => this.#at(index));
      const waits = operations.some((one) => one.creates === undefined || one.refersTo.some((bulkId) => created.has(bulkId)));
      for (const { creates = '' } of operations) created.add(creates);
      return waits;
    });
    return end < 0 ? ahead : ahead.slice(0, Math.max(end, 1));
  }

  async #runStep(step: Step): Promise<void> {
    const [index = 0, ...others] = step;
    await (others.length === 0 ? this.#runAlone(index) : this.#runCycle(step));
  }

  async #runAlone(index: number): Promise<void> {
    const { operation, resource, creates } = this.#at(index);
    try {
      if ('refusal' in resource) throw resource.refusal;
      const data = this.#dataOf(operation);
      const id = creates === undefined ? this.#ids.inPath(resource.id ?? '') : this.#ids.of(creates);
      this.#succeed(index, id, await runBulkOperation(this.#deps.staging, resource, id, data, this.#deps.writeOf(operation)));
    } catch (error) {
      this.#fail(index, error);
    }
  }

  /** Carries out all POSTs of a cycle or none: each needs the others, so if one fails, all fail. */
  async #runCycle(step: Step): Promise<void> {
    try {
      assertSmallCycle(step);
      const creations = step.map((index, position) => this.#toCreation(index, position));
      const { by } = this.#deps.writeOf(this.#at(step[0] ?? 0).operation);
      const made = await this.#deps.staging.source.createTogether(creations, by);
      for (const [position, index] of step.entries()) this.#succeed(index, creations[position]?.id ?? '', made[position]);
    } catch (error) {
      this.#failCycle(step, error);
    }
  }

  /** @throws {CreationRefused} with the error for the client. */
  #toCreation(index: number, position: number): Creation {
    const { operation, resource, creates = '' } = this.#at(index);
    try {
      if ('refusal' in resource) throw resource.refusal;
      return toCreation(this.#deps.staging, resource.type, this.#ids.of(creates), this.#dataOf(operation));
    } catch (error) {
      throw error instanceof ScimError ? new CreationRefused(position, error) : error;
    }
  }

  #failCycle(step: Step, error: unknown): void {
    const culprit = error instanceof CreationRefused ? error : undefined;
    const name = this.#at(step[culprit?.at ?? 0] ?? 0).creates ?? '';
    for (const [position, index] of step.entries()) {
      if (culprit === undefined) this.#fail(index, error);
      else this.#fail(index, position === culprit.at ? culprit.cause : lostReference(name));
    }
  }

  #succeed(index: number, id: ResourceId, now: Person | Group | undefined): void {
    const { operation, resource } = this.#at(index);
    if ('refusal' in resource) return;
    const { type, method } = resource;
    const result = { is: 'done', status: successStatus[method], ...(now && { version: now.version }) } as const;
    this.outcomes[index] = { operation, resource: { type, id }, result };
  }

  #fail(index: number, error: unknown): void {
    const { operation, resource, creates } = this.#at(index);
    if (creates !== undefined) this.#ids.lose(creates);
    this.#failed += 1;
    // RFC 7644 §3.7: the result has a location, except for a failed POST. If the resource was not created, the location is as in the
    // request.
    const named =
      'refusal' in resource || resource.id === undefined ? {} : { resource: { type: resource.type, id: this.#idToTell(resource.id) } };
    this.outcomes[index] = { operation, ...named, result: { is: 'failed', error } };
  }

  #idToTell(text: string): string {
    try {
      return this.#ids.inPath(text);
    } catch {
      return text;
    }
  }

  #dataOf({ data }: BulkOperation): unknown {
    return replaceReferences(data, (bulkId) => this.#ids.of(bulkId));
  }

  #at(index: number): Prepared {
    const prepared = this.#operations[index];
    if (prepared === undefined) throw new RangeError(`Internal error: the Bulk request has no operation ${index}`);
    return prepared;
  }
}

/** RFC 7644 §3.7.1 specifies 409 for cycles that cannot be resolved. */
function assertSmallCycle({ length }: Step): void {
  if (length <= maxInCycle) return;
  const detail = `${length} operations form a reference cycle (max ${maxInCycle}). Add some of the references in a later request.`;
  throw new ScimError(409, undefined, detail);
}
