// Types of a staged Person, Group and Member.
import type { ScimGroup, ScimUser } from '../scim/resource.ts';
import type { ResourceId, SourceId } from './ids.ts';

/** A staged person: the User document plus Vestibule's own columns. */
export interface Person {
  readonly id: ResourceId;
  readonly source: SourceId;
  readonly user: ScimUser;
  /** `user` as JSON text, if the store has read it: inserting it into a response is cheaper than serializing `user` again. */
  readonly json?: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** Starts at 1 and increases with every Change of this document. */
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

/** A Group of a Person, as the Person's resource shows it. */
export interface GroupName {
  readonly id: ResourceId;
  readonly displayName: string;
}

/** A stored member of a Group: its id, its type and its name, if they are known. */
export interface Member {
  readonly id: ResourceId;
  /** Missing if no resource with this id has been received (a dangling reference). */
  readonly type?: 'User' | 'Group';
  readonly display?: string;
}
