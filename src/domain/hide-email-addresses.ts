// Removes e-mail addresses from a text.
/** An e-mail address, or what looks like one. Bounded, so that a long text without `@` costs no more than its length. */
const address = /[^\s@<>"'(),;:=&?]{1,64}@[^\s@<>"'(),;:=&?]{1,255}/gu;

/** The text with every e-mail address replaced by `[hidden]`: a Target's answer may quote the record it is about. Pure. */
export function hideEmailAddresses(text: string): string {
  return text.replace(address, '[hidden]');
}
