// Interfaces of what the demo needs from the rest of the program: folders, daemon, admin API and screen.
/** The folders of one demo. Absolute paths, all inside `root`. */
export interface DemoFolders {
  readonly root: string;
  readonly config: string;
  readonly data: string;
  /** The drop folder of the CSV Target. */
  readonly drop: string;
  /** The folder in which the worker of the script Target stores its file. */
  readonly badges: string;
}

/** The daemon that a demo runs. */
export interface DemoDaemon {
  /** The Tenant URL for the Entra portal. */
  readonly tenantUrl: string;
  /** The path of its log. */
  readonly logFile: string;
  /** Stops the daemon. Resolves when it has ended. Can be called twice. */
  stop(): Promise<void>;
}

/** The part of the admin API that a demo uses. */
export interface DemoAdmin {
  createToken(token: { readonly label: string }): Promise<{ readonly text: string }>;
  status(): Promise<DemoStatus>;
  plan(target: string, options: { readonly limit: number }): Promise<DemoPlan>;
  apply(
    target: string,
    options: { readonly by: string; readonly replaceAll?: boolean; readonly without?: number; readonly hash: string },
  ): Promise<unknown>;
}

/** The part of the status report that a demo uses. */
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

/** The part of a Plan that a demo uses. */
export interface DemoPlan {
  readonly hash: string;
  readonly actions: Readonly<Record<string, number>>;
  readonly heldBack: readonly { readonly person: { readonly displayName: string; readonly userName: string }; readonly why: string }[];
  readonly heldBackCount: number;
}

/** The screen on which a demo shows its progress. */
export interface DemoScreen {
  /** Prints one line. */
  line(text: string): void;
  /** Shows a progress: `done` of `all`. A call with the same label replaces the previous one. */
  progress(label: string, done: number, all: number): void;
}
