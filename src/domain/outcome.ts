// The type of an Outcome, which a Driver returns for one Attempt.
/**
 * The result of one Attempt. A Driver returns the result for a record, and throws if the Target fails. `reason` may quote the product,
 * which may name people. `fact` is the reason without text from the product, for messages about the Target; missing if no such text exists.
 */
export type Outcome =
  | { readonly status: 'done'; readonly key?: string }
  /** The Target is still processing it; the engine calls `settle(receipt)` after `checkAfterMs`. */
  | { readonly status: 'accepted'; readonly receipt: string; readonly checkAfterMs: number }
  /** Certainly not written. */
  | { readonly status: 'retry'; readonly reason: string; readonly fact?: string; readonly afterMs?: number }
  /** Possibly written: 5xx, time-out, closed connection. */
  | { readonly status: 'unclear'; readonly reason: string; readonly fact?: string }
  /** 409 on create; with the key if the response contains it. */
  | { readonly status: 'exists'; readonly key?: string; readonly reason: string }
  /** 404 on update, deactivate or delete. */
  | { readonly status: 'missing'; readonly reason: string }
  | { readonly status: 'reject'; readonly reason: string };
