// The staged Person, Group and Member.
import type { ScimGroup, ScimUser } from '../scim/resource.ts';
import type { ResourceId, SourceId } from './ids.ts';

/** A staged person: the User document plus Vestibule's own columns. */
export interface Person {
  readonly id: ResourceId;
  readonly source: SourceId;
  readonly user: ScimUser;
  /** `user` as JSON text, where the store has it at hand: cheaper to splice into an answer than to write `user` again. */
  readonly json?: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** Counts up with every Change of this document, from 1. */
  readonly version: number;
}

/** A staged Group without its members. */
export interface Group {
  readonly id: ResourceId;
  readonly source: SourceId;
  readonly group: ScimGroup;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly version: number;
}

/** What a Person shows of a Group it is in. */
export interface GroupName {
  readonly id: ResourceId;
  readonly displayName: string;
}

/** A member of a Group as kept: its id, what we know it is, and its name where it is known. */
export interface Member {
  readonly id: ResourceId;
  /** Missing while nothing with this id has come: an open reference. */
  readonly type?: 'User' | 'Group';
  readonly display?: string;
}
