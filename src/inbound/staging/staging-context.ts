// The context of a SCIM operation (Source, store, schemas) and the options of a write.
import type { Origin } from '../../domain/change.ts';
import { VersionConflict } from '../../scim/errors.ts';
import type { Schemas } from '../../scim/schema/compile-schemas.ts';
import type { SourceStore } from '../../store/staging.ts';

/** The context of SCIM operations: the rows of one Source, and the schemas of its documents. */
export interface StagingContext {
  readonly source: SourceStore;
  readonly schemas: Schemas;
  /** Receives undeclared attributes, as `urn:…:name`, after the write succeeded. */
  readonly noteUndeclared?: (names: readonly string[]) => void;
}

/** Options of every write: its Source, request and time, and the versions that the client expects (`If-Match`). */
export interface WriteOptions {
  readonly by: Origin;
  /** Default: any version. */
  readonly expected?: readonly number[];
}

/** @throws {VersionConflict} if versions are expected and this version is not one of them (RFC 7644 §3.14). */
export function assertVersion({ expected }: WriteOptions, version: number): void {
  if (expected !== undefined && !expected.includes(version)) throw new VersionConflict();
}
