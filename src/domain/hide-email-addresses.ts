// Removes e-mail addresses from a text.
/** Matches e-mail addresses. The length is limited, so that a long text without `@` takes linear time. */
const address = /[^\s@<>"'(),;:=&?]{1,64}@[^\s@<>"'(),;:=&?]{1,255}/gu;

/** The text with every e-mail address replaced by `[hidden]`, because a Target's response may quote the record. Pure. */
export function hideEmailAddresses(text: string): string {
  return text.replace(address, '[hidden]');
}
