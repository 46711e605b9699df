// The type of a parsed PATCH operation.
/** One operation of a PATCH (RFC 7644 §3.5.2), its shape checked, its path and value not yet. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** As sent; absent when the operation is about the whole resource. Never empty. */
  readonly path?: string;
  /** As sent. Absent and null are the same: no value. */
  readonly value?: unknown;
}
