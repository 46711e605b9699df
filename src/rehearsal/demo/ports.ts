// Interfaces between the demo and the rest of the program.
/** Where one demo keeps its things. Absolute paths, all inside `root`. */
export interface DemoFolders {
  readonly root: string;
  readonly config: string;
  readonly data: string;
  /** Where the CSV Target drops its files. */
  readonly drop: string;
  /** Where the script Target's worker keeps its file. */
  readonly badges: string;
}

/** The daemon that a demo runs. */
export interface DemoDaemon {
  /** What would go into the Entra portal. */
  readonly tenantUrl: string;
  /** Where its log is written. */
  readonly logFile: string;
  /** Resolves when it has ended. Can be called twice. */
  stop(): Promise<void>;
}

/** What a demo asks of the running daemon: a part of the admin API, by its shape. */
export interface DemoAdmin {
  createToken(token: { readonly label: string }): Promise<{ readonly text: string }>;
  status(): Promise<DemoStatus>;
  plan(target: string, options: { readonly limit: number }): Promise<DemoPlan>;
  apply(
    target: string,
    options: { readonly by: string; readonly replaceAll?: boolean; readonly without?: number; readonly hash: string },
  ): Promise<unknown>;
}

/** What a demo reads of the daemon's status. */
export interface DemoStatus {
  readonly sources: readonly { readonly cycle: 'notBegun' | 'running' | 'over' }[];
  readonly targets: readonly {
    readonly name: string;
    readonly trouble: string;
    readonly behind: number;
    readonly deliveries: Readonly<Record<string, number>>;
  }[];
  readonly problems: readonly { readonly file: string; readonly path: string; readonly message: string; readonly level: string }[];
}

/** What a demo reads of a Plan. */
export interface DemoPlan {
  readonly hash: string;
  readonly actions: Readonly<Record<string, number>>;
  readonly heldBack: readonly { readonly person: { readonly displayName: string; readonly userName: string }; readonly why: string }[];
  readonly heldBackCount: number;
}

/** Where a demo tells what happens. */
export interface DemoScreen {
  /** One finished line. */
  line(text: string): void;
  /** Something is on its way: `done` of `all`. The same label again replaces what was shown before. */
  progress(label: string, done: number, all: number): void;
}
