// Orders the operations of a Bulk by their references.
import TinyQueue from 'tinyqueue';
import { findCycles } from './reference-cycles.ts';

/** The references and the resource of one operation, which determine the order. */
export interface Dependent {
  /** The bulkId by which other operations refer to the created resource. Only for POST. */
  readonly creates?: string;
  /** The bulkIds that the operation refers to, each once, including unknown ones. */
  readonly refersTo: readonly string[];
  /** Equal for operations on the same resource, which must stay in order. Missing for a POST. */
  readonly on?: string;
}

/** Indexes of the operations that run together: a single operation, or POSTs that refer to each other in a cycle, in the order sent. */
export type Step = readonly number[];

/**
 * The order in which the operations of a Bulk are carried out: as sent, except that an operation that refers to a POST runs after this
 * POST. Operations on the same resource stay in order. (RFC 7644 §3.7 allows another order if the result is the same.) The referring
 * operation is delayed instead of running the POST earlier: an earlier POST could run before the deletion of a person with the same name,
 * and conflict.
 */
export function planBulk(operations: readonly Dependent[]): readonly Step[] {
  const needs = findNeeds(operations);
  // A cycle takes the position of its last operation, so that all operations sent before that position are complete.
  const sent = findCycles(needs).toSorted((a, b) => lastOf(a) - lastOf(b));
  const order = new ExecutionOrder(sent, needs);
  for (const step of sent) order.reach(step);
  return order.steps;
}

/** Per operation, the indexes of the operations that must run before it. A POST needs only other POSTs, so a cycle contains only POSTs. */
function findNeeds(operations: readonly Dependent[]): readonly (readonly number[])[] {
  const creators = new Map<string, number>();
  for (const [index, { creates }] of operations.entries()) if (creates !== undefined) creators.set(creates, index);
  const lastOn = new Map<string, number>();
  return operations.map(({ refersTo, on }, index) => {
    const needed = refersTo.map((bulkId) => creators.get(bulkId)).filter((creator) => creator !== undefined);
    const before = on === undefined ? undefined : lastOn.get(on);
    if (on !== undefined) lastOn.set(on, index);
    return before === undefined ? needed : [...needed, before];
  });
}

function lastOf(step: Step): number {
  return step.at(-1) ?? 0;
}

/**
 * Appends each step as soon as its position in the order sent is reached and all steps that it needs are appended. If several are ready,
 * the order sent decides.
 */
class ExecutionOrder {
  readonly steps: Step[] = [];
  readonly #missing = new Map<Step, number>();
  readonly #waiters = new Map<Step, Step[]>();
  readonly #reached = new Set<Step>();
  readonly #ready = new TinyQueue<Step>([], (a, b) => lastOf(a) - lastOf(b));

  constructor(sent: readonly Step[], needs: readonly (readonly number[])[]) {
    const stepOf = new Map(sent.flatMap((step) => step.map((index) => [index, step] as const)));
    for (const step of sent) {
      const needed = new Set(step.flatMap((index) => (needs[index] ?? []).map((one) => stepOf.get(one))));
      needed.delete(step);
      this.#missing.set(step, needed.size);
      for (const one of needed) if (one !== undefined) this.#waiters.set(one, [...(this.#waiters.get(one) ?? []), step]);
    }
  }

  /** Marks the position of a step in the order sent as reached, and appends all steps that are now ready. */
  reach(step: Step): void {
    this.#reached.add(step);
    if (this.#missing.get(step) === 0) this.#ready.push(step);
    for (let next = this.#ready.pop(); next !== undefined; next = this.#ready.pop()) this.#go(next);
  }

  #go(step: Step): void {
    this.steps.push(step);
    for (const waiter of this.#waiters.get(step) ?? []) {
      const missing = (this.#missing.get(waiter) ?? 0) - 1;
      this.#missing.set(waiter, missing);
      if (missing === 0 && this.#reached.has(waiter)) this.#ready.push(waiter);
    }
  }
}
