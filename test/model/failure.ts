/** Something that must not be. `check` names the rule that was broken; the message says what was expected and what was found. */
export class Failure extends Error {
  readonly check: string;
  constructor(check: string, message: string) {
    super(`${check}: ${message}`);
    this.check = check;
  }
}
