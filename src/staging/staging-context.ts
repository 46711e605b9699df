// The context of a SCIM operation: Source, store, schemas.
import type { Origin } from '../domain/change.ts';
import { VersionConflict } from '../scim/errors.ts';
import type { Schemas } from '../scim/schema/compile-schemas.ts';
import type { SourceStore } from '../store/store.ts';

/** What the SCIM operations work on: the rows of one Source, and what its documents may hold. */
export interface StagingContext {
  readonly source: SourceStore;
  readonly schemas: Schemas;
  /** Told of attributes that no schema knows, as `urn:…:name`, once what sent them was written. */
  readonly noteUndeclared?: (names: readonly string[]) => void;
}

/** What goes with every write: who writes when, and the versions that the client says it knows (`If-Match`). */
export interface WriteOptions {
  readonly by: Origin;
  /** Missing: whatever the version is. */
  readonly expected?: readonly number[];
}

/** @throws {VersionConflict} when versions are expected and this is not one of them (RFC 7644 §3.14). */
export function assertVersion({ expected }: WriteOptions, version: number): void {
  if (expected !== undefined && !expected.includes(version)) throw new VersionConflict();
}
