/**
 * Everything that can go wrong with a provider, by kind. A scenario lists faults request by request:
 * `providers: { codex: [cutAfter(1), reply()] }`; the last one repeats.
 */

/** For which requests. */
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
/** No HTTP is spoken at all; for a whole host (`providers: { xai: [connectionRefused()] }`). */
export {
  connectionBlackHole,
  connectionRefused,
  dnsFailure,
  tlsFailure,
  untrustedCertificate,
} from './faults/host.ts';
/** A refresh token is refused for good; for the target `auth` or `xai-auth`. */
export {
  invalidGrant,
  refreshTokenExpired,
  refreshTokenInvalidated,
  refreshTokenReused,
} from './faults/oauth.ts';
/** All comes, but slowly. */
export { bandwidth, delay, drip, sliced, slowClose } from './faults/pace.ts';
/** Where in the answer: a number counts words, `bytes(120)` bytes; `headers` and `lastChunk` are the two ends. */
export { bytes, headers, lastChunk } from './faults/place.ts';
/** Nothing comes. */
export { silence, silenceAfter, silenceAfterHeaders } from './faults/silence.ts';
/** Another answer. */
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

/** Only a WebSocket can do this. */
export { closeWebSocket } from './faults/websocket.ts';
