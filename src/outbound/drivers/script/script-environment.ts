// Builds the environment variables of a script process.
/** The private folders of a script. */
export interface ScriptFolders {
  readonly home: string;
  readonly temporary: string;
}

/** On Windows, no program starts without these variables. */
const windowsNames = ['SystemRoot', 'SystemDrive', 'ComSpec', 'PATHEXT', 'windir', 'PROCESSOR_ARCHITECTURE', 'NUMBER_OF_PROCESSORS'];

/** The environment of a script: the configured variables, and those that every program requires. `own` is the environment of the daemon. */
export function toEnvironment(
  given: Readonly<Record<string, string>>,
  folders: ScriptFolders,
  own: (name: string) => string | undefined,
): Readonly<Record<string, string>> {
  const passed = (names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = own(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  const { home, temporary } = folders;
  return {
    ...passed(['PATH']),
    ...(process.platform === 'win32' && { ...passed(windowsNames), USERPROFILE: home, TEMP: temporary, TMP: temporary }),
    HOME: home,
    TMPDIR: temporary,
    // The next variables are for PowerShell: docs/platform-facts.md#character-encoding, docs/platform-facts.md#colour-codes and
    // docs/platform-facts.md#telemetry-and-update-checks.
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    TERM: 'dumb',
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    POWERSHELL_UPDATECHECK: 'Off',
    ...given,
  };
}
