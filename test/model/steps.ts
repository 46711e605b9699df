/** The rules that the technician can write in a Target's file. */
export interface Rules {
  readonly scope: 'everyone' | 'hosts' | 'staff';
  readonly name: 'plain' | 'titled';
  readonly leavers: 'delete' | 'later' | 'mixed' | 'keep';
  readonly guard: 'usual' | 'strict' | 'loose' | 'waiting';
  readonly onChange: boolean;
}

/** Kinds of simulated systems; see `system-kinds.ts`. */
export type KindName = 'front-desk' | 'gate' | 'badges' | 'script' | 'blind' | 'async' | 'late' | 'file';

/** The initial state of a history. */
export interface Site {
  readonly targets: readonly { readonly kind: KindName; readonly rules: Rules }[];
  /** Before the first step, people 0 to `people` - 1 exist, and every Target is applied and idle. */
  readonly people: number;
  /** Each unit of the store processes one item, so that crashes happen between items. */
  readonly smallUnits: boolean;
}

/** A fault of a system, for a number of calls or until it ends. */
export type OnceFault =
  'timeoutAfterCommit' | 'lostAfterCommit' | 'cutBeforeCommit' | 'slowDown' | 'slowDownUntil' | 'partialBatch' | 'garbage' | 'lookUpFails';
/** A lasting fault of a system, until it ends. */
export type Condition = 'well' | 'refuses' | 'dead' | 'slow' | 'notFound';
/** A manual change of the records of a system. */
export type HandEdit = 'email' | 'delete' | 'add' | 'disable' | 'restore' | 'reuseKey';

/** One event. People are numbered by their index in `names`, Targets by their index in the Site. */
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
  /** One of the held people, by index. */
  | { readonly do: 'acceptOne' | 'rejectOne'; readonly target: number; readonly place: number }
  | { readonly do: 'fault'; readonly target: number; readonly fault: OnceFault; readonly times: number }
  | { readonly do: 'condition'; readonly target: number; readonly is: Condition }
  | { readonly do: 'hand'; readonly target: number; readonly edit: HandEdit; readonly who: number; readonly other: number }
  /**
   * A crash after this number of calls, or of responses of systems (`at`); `again`: a second crash after this number of calls of the
   * recovery.
   */
  | {
      readonly do: 'crash';
      readonly calls: number;
      readonly when: 'before' | 'after';
      readonly at?: 'answers';
      readonly again?: number;
    }
  | { readonly do: 'nothing' };

/** An Act with the wait after it: time, then turns of the event loop (`undefined`: until everything is idle). */
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

/** First names of the people in a history, by number. */
export const names = ['Anna', 'Bert', 'Cleo', 'Dora', 'Emil', 'Fred', 'Gina', 'Hugo'] as const;
