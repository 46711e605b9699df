/** What the technician can write in a Target's file. */
export interface Rules {
  readonly scope: 'everyone' | 'hosts' | 'staff';
  readonly name: 'plain' | 'titled';
  readonly leavers: 'delete' | 'later' | 'mixed' | 'keep';
  readonly guard: 'usual' | 'strict' | 'loose' | 'waiting';
  readonly onChange: boolean;
}

/** Kinds of systems behind Targets; see `kinds.ts`. */
export type KindName = 'front-desk' | 'gate' | 'badges' | 'script' | 'blind' | 'async' | 'late' | 'file';

/** The initial state of a history. */
export interface Site {
  readonly targets: readonly { readonly kind: KindName; readonly rules: Rules }[];
  /** People 0 to `people` - 1 are there, and every Target was applied and has settled, before the first step. */
  readonly people: number;
  /** Each unit of the store does one item, so that crashes fall between them. */
  readonly smallUnits: boolean;
}

/** A fault of a system: once for each of the next calls, or until it is well again. */
export type OnceFault =
  'timeoutAfterCommit' | 'lostAfterCommit' | 'cutBeforeCommit' | 'slowDown' | 'slowDownUntil' | 'partialBatch' | 'garbage' | 'lookUpFails';
/** How a system is until it is well again. */
export type Condition = 'well' | 'refuses' | 'dead' | 'slow' | 'notFound';
/** A manual change of the records of a system. */
export type HandEdit = 'email' | 'delete' | 'add' | 'disable' | 'restore' | 'reuseKey';

/** One thing that happens. People are numbered by their place in `names`, Targets by their place in the Site. */
export type Act =
  | {
      readonly do: 'join' | 'rename' | 'move' | 'enable' | 'disable' | 'remove' | 'recreate' | 'enterGroup' | 'leaveGroup';
      readonly who: number;
    }
  | { readonly do: 'email'; readonly who: number; readonly to: 'new' | 'empty' | 'own' | number }
  | { readonly do: 'swap'; readonly who: number; readonly other: number }
  | { readonly do: 'unwritable' | 'writable'; readonly who: number }
  | { readonly do: 'renameGroup' | 'removeGroup' | 'createGroup' }
  | { readonly do: 'edit'; readonly target: number; readonly change: Partial<Rules> }
  | {
      readonly do:
        | 'breakFile'
        | 'removeFile'
        | 'mendFile'
        | 'apply'
        | 'plan'
        | 'pause'
        | 'resume'
        | 'draft'
        | 'accept'
        | 'reject'
        | 'look'
        | 'acceptShown'
        | 'reconcile';
      readonly target: number;
    }
  | { readonly do: 'retry'; readonly target: number; readonly who?: number }
  /** One of those on hold, by its place among them. */
  | { readonly do: 'acceptOne' | 'rejectOne'; readonly target: number; readonly place: number }
  | { readonly do: 'fault'; readonly target: number; readonly fault: OnceFault; readonly times: number }
  | { readonly do: 'condition'; readonly target: number; readonly is: Condition }
  | { readonly do: 'hand'; readonly target: number; readonly edit: HandEdit; readonly who: number; readonly other: number }
  /** Crash at the call so many calls from now, or only counting answers of systems (`at`); `again`: so many calls into the recovery. */
  | {
      readonly do: 'crash';
      readonly calls: number;
      readonly when: 'before' | 'after';
      readonly at?: 'answers';
      readonly again?: number;
    }
  | { readonly do: 'nothing' };

/** An Act, and what passes after it: time, then turns of the event loop (`undefined`: until all is quiet). */
export interface Step {
  readonly act: Act;
  readonly ms: number;
  readonly turns?: number;
}

/** A whole history. */
export interface History {
  readonly seed: number;
  readonly site: Site;
  readonly steps: readonly Step[];
}

/** First names of the people that a history knows, by number. */
export const names = ['Anna', 'Bert', 'Cleo', 'Dora', 'Emil', 'Fred', 'Gina', 'Hugo'] as const;
