// The Outcome that a Driver returns for one Attempt.
/**
 * What a Driver says of one Attempt. A record's result is returned, a Target's failure is thrown. A `reason` may quote the product, which may
 * name people; `fact` is the reason without text of the product, for messages about the Target. Missing: there is none.
 */
export type Outcome =
  | { readonly status: 'done'; readonly key?: string }
  /** The Target works on it; `settle(receipt)` asks again after `checkAfterMs`. */
  | { readonly status: 'accepted'; readonly receipt: string; readonly checkAfterMs: number }
  /** Certainly not written. */
  | { readonly status: 'retry'; readonly reason: string; readonly fact?: string; readonly afterMs?: number }
  /** Possibly written: 5xx, time-out, closed connection. */
  | { readonly status: 'unclear'; readonly reason: string; readonly fact?: string }
  /** 409 on create; the key where the answer names it. */
  | { readonly status: 'exists'; readonly key?: string; readonly reason: string }
  /** 404 on update, deactivate or delete. */
  | { readonly status: 'missing'; readonly reason: string }
  | { readonly status: 'reject'; readonly reason: string };
