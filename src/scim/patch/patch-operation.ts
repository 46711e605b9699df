// The type of a parsed PATCH operation.
/** One operation of a PATCH (RFC 7644 §3.5.2). Its structure is validated, its path and value are not. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** As sent; absent if the operation affects the whole resource. Never empty. */
  readonly path?: string;
  /** As sent. Absent and null both mean no value. */
  readonly value?: unknown;
}
