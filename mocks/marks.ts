/**
 * The marks by which a message can be followed through a gateway: each message of a script carries a nonce,
 * and the imitated model's reply repeats it.
 */
const NONCE = /\bref-([0-9a-f]{8})\b/g;

export const nonceMark = (nonce: string): string => `ref-${nonce}`;

/** Stands at the very end of a reply, so that a piece of one does not count as an answer. */
export const doneMark = (nonce: string): string => `done-${nonce}`;

/** The one healthy reply to the message with this nonce. */
export const replyTo = (nonce: string): string =>
  `This is the answer to the message ${nonceMark(nonce)} and it ends here: ${doneMark(nonce)}`;

/**
 * The newest message in a text: a gateway sends one that was never answered along with the next (seen where a provider
 * was silent), and each ends with its nonce.
 */
export function newestMessage(text: string): string {
  const newest = lastNonce(text);
  const before = [...text.matchAll(NONCE)].findLast(([, nonce]) => nonce !== newest);
  return before ? text.slice(before.index + before[0].length) : text;
}

/** The newest nonce in a text. */
export const lastNonce = (text: string): string | undefined => [...text.matchAll(NONCE)].at(-1)?.[1];
