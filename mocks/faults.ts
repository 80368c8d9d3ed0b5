/**
 * Everything that can go wrong with a provider, by kind. A scenario lists faults in the order of requests:
 * `providers: { codex: [cutAfter(1), reply()] }`. The last one repeats.
 */

/** Which requests a fault applies to. */
export { ifAsked, nth, onMessage, when } from './faults/choose.ts';
/** The connection breaks. */
export { cutAfter, cutBeforeHeaders, garbage, truncatedChunk } from './faults/cut.ts';
/** The stream says the wrong thing. */
export {
  duplicatedEvent,
  endAfter,
  endWithoutCompleted,
  errorEvent,
  malformedJson,
  responseFailed,
  responseIncomplete,
  unknownEvent,
  wrongContentType,
} from './faults/events.ts';
export type { Fault, FaultedRequest } from './faults/fault.ts';
export { reply } from './faults/fault.ts';
/** The host cannot be reached; for a whole provider (`providers: { xai: [connectionRefused()] }`). */
export {
  connectionBlackHole,
  connectionRefused,
  dnsFailure,
  tlsFailure,
  untrustedCertificate,
} from './faults/host.ts';
/** A refresh token is refused for good. For the targets `auth` and `xai-auth`. */
export {
  invalidGrant,
  refreshTokenExpired,
  refreshTokenInvalidated,
  refreshTokenReused,
} from './faults/oauth.ts';
/** Everything arrives, but slowly. */
export { bandwidth, delay, drip, sliced, slowClose } from './faults/pace.ts';
/** A place in the answer: a number counts words, `bytes(120)` counts bytes, `headers` and `lastChunk` are its two ends. */
export { bytes, headers, lastChunk } from './faults/place.ts';
/** Nothing arrives. */
export { silence, silenceAfter, silenceAfterHeaders } from './faults/silence.ts';
/** A different answer. */
export {
  contextTooLong,
  emptyBody,
  htmlPage,
  rateLimited,
  serverError,
  status,
  unauthorized,
  usageLimitReached,
} from './faults/status.ts';

/** For WebSockets only. */
export { closeWebSocket } from './faults/websocket.ts';
