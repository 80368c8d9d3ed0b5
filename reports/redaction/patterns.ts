import { isIPv4, isIPv6 } from 'node:net';

/** What a label says of the value that it stands for. */
export const kinds = [
  ...['OPENAI-KEY', 'REFRESH-TOKEN', 'XAI-KEY', 'GITHUB-TOKEN', 'AWS-KEY', 'SLACK-TOKEN', 'GOOGLE-KEY'],
  ...['JWT', 'KEY', 'TOKEN', 'COOKIE', 'SECRET', 'EMAIL', 'USER', 'HOST', 'IP', 'MAC', 'PHONE'],
] as const;
export type Kind = (typeof kinds)[number];

/** Kinds that tell whose log it is, and no secret. */
export const personal: readonly Kind[] = ['EMAIL', 'USER', 'HOST', 'IP', 'MAC', 'PHONE'];

export interface Pattern {
  kind: Kind;
  /** With a group `value` where not all of the match has to go. Must be linear: lines are hostile. */
  find: RegExp;
  /** It has the form of a credential wherever it stands: in the report of a run that is a reason to stop. */
  shaped?: true;
  /** What matches, and yet may stay. */
  keep?: (value: string) => boolean;
}

const LABEL = new RegExp(`^(?:${kinds.join('|')})-\\d+$`);
export const isLabel = (text: string): boolean => LABEL.test(text);

const shaped = (kind: Kind, ...finds: RegExp[]): Pattern[] =>
  finds.map((find) => ({ kind, find, shaped: true }));
const named = (kind: Kind, ...finds: RegExp[]): Pattern[] => finds.map((find) => ({ kind, find }));

/** Names behind which a secret stands, whatever it looks like. */
const NAME =
  '(?:token|api[-_]?key|secret|secret[-_]?key|secret[-_]?access[-_]?key|password|passwd|passphrase|private[-_]?key|access[-_]?key[-_]?id)';
const PASSWORD = '(?:secret|password|passwd|passphrase)';
/** Not a word of prose. */
const ODD = String.raw`(?=[^\s"']{0,40}\d|[^\s"']{16})`;

/** Where two overlap, the earlier names the label. Forms: the providers' own pages on their keys. */
export const patterns: readonly Pattern[] = [
  ...shaped(
    'KEY',
    /-----BEGIN [A-Z0-9 ]{1,40}-----(?:(?!-----END )[\s\S])*(?:-----END [A-Z0-9 ]{1,40}-----)?/g,
  ),
  ...shaped('JWT', /eyJ[\w-]{8,8000}\.[\w-]{8,}(?:\.[\w-]*)*/g),
  ...shaped('GITHUB-TOKEN', /gh[pousr]_[A-Za-z0-9]{20,}/g, /github_pat_\w{20,}/g),
  ...shaped('AWS-KEY', /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}/g),
  ...shaped('SLACK-TOKEN', /xox[a-z]-[\w-]{10,}/g, /xapp-\d-[\w-]{10,}/g),
  ...shaped('SLACK-TOKEN', /hooks\.slack\.com\/services\/(?<value>[\w/]{10,})/g),
  ...shaped(
    'GOOGLE-KEY',
    /AIza[\w-]{30,}/g,
    /ya29\.[\w-]{20,}/g,
    /GOCSPX-[\w-]{20,}/g,
    /(?<!\w)1\/\/0[\w-]{20,}/g,
  ),
  ...shaped('OPENAI-KEY', /(?<![A-Za-z0-9_-])sk-[\w-]{16,}/g),
  ...shaped('REFRESH-TOKEN', /(?<![A-Za-z0-9])rt_[\w.-]{16,}/g),
  ...shaped('XAI-KEY', /(?<![A-Za-z0-9_-])xai-(?:\w{20,}|synthetic-[\w-]{16,})/g),
  ...shaped('TOKEN', /(?<!\d)\d{8,10}:AA[\w-]{30,}/g, /(?<![\w-])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}/g),
  ...shaped('TOKEN', /(?<![A-Za-z0-9])(?:glpat-|npm_|hf_|gsk_|[srp]k_(?:live|test)_|whsec_)[\w-]{20,}/g),
  ...shaped('TOKEN', /bearer[\s+]+(?<value>(?=[\w.~+/-]*\d|[\w.~+/-]{24})[\w.~+/-]{16,}=*)/gi),

  ...named('COOKIE', /cookie["']?\s*[:=,]\s*\[(?<value>[^\]]+)\]?/gi),
  ...named('COOKIE', /cookie["']?\s*[:=,]\s*"(?<value>(?:[^"\\]|\\.)+)/gi),
  ...named('COOKIE', /cookie["']?\s*[:=,]\s*'(?<value>[^']+)/gi),
  ...named('COOKIE', /cookie\s*[:=]\s*(?<value>[^\s=;,"'{}()]+=[^\r\n]*)/gi),
  ...named(
    'TOKEN',
    /authorization["']?\s*[:=,]\s*[["'\s]*(?:bearer|basic|token|digest|negotiate|apikey)[\s+]+(?<value>[^\s"'\\]{4,})/gi,
    new RegExp(String.raw`authorization["']?\s*[:=,]\s*[["']*(?<value>${ODD}[^\s"'\\]{8,})`, 'gi'),
  ),
  ...named(
    'SECRET',
    new RegExp(String.raw`${NAME}["']\s*[:,]\s*"(?<value>(?:[^"\\]|\\.)+)`, 'gi'),
    new RegExp(String.raw`${NAME}["']?\s*[:,]\s*'(?<value>[^']+)`, 'gi'),
    new RegExp(String.raw`${NAME}\s*=\s*["']?(?<value>[^\s"'&,;)\]}\\]{4,})`, 'gi'),
    new RegExp(String.raw`${NAME}\s*:\s*(?<value>${ODD}[^\s"'&,;)\]}\\]{8,})`, 'gi'),
    new RegExp(String.raw`${PASSWORD}\s*:\s*(?<value>[^\s"'&,;)\]}\\]{4,})`, 'gi'),
    new RegExp(String.raw`--[a-z-]{0,30}${NAME}\s+["']?(?<value>[^\s"'\\-][^\s"'\\]{3,})`, 'gi'),
    /"(?:access|refresh)"\s*:\s*"(?<value>[^\s"\\]{20,})/g,
    /[?&](?:code|state|sig|signature|key)=(?<value>[^&\s"'#\\]{6,})/gi,
    /:\/\/(?<value>[^\s/@"'\\]+)@/g,
  ),

  ...named('EMAIL', /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu),
  {
    kind: 'USER',
    find: /(?:(?<![\w.-])|(?<=\/(?:mnt\/)?[a-z]|\/data|\/export|\/var))[\\/]+(?:home|users)[\\/]+(?<value>(?:[^\\/:*?"'<>|\r\n]{1,64}(?=[\\/])|[^\s\\/:*?"'<>|,;()[\]{}`]+))/gi,
    // The user of OpenClaw's own image, and what belongs to nobody.
    keep: (value) => ['node', 'shared', 'public', 'runner'].includes(value.toLowerCase()),
  },
  ...[
    /(?<![a-z0-9+-])[a-z0-9+-]+:\/\/(?:[^\s/@"'\\]*@)?(?<value>[\p{L}\p{N}._-]*[\p{L}\p{N}])/giu,
    /\bhost(?:[-_]?name)?["']?\s*[:=]\s*["']?(?<value>[\p{L}\p{N}][\p{L}\p{N}.-]*)/giu,
    /\b(?:ENOTFOUND|EAI_AGAIN)\s+(?<value>[\p{L}\p{N}][\p{L}\p{N}.-]*)/gu,
    /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?<value>[\w.-]+) [\w./-]+(?:\[\d+\])?: /g,
    /^\d{4}-\d\d-\d\dT\S+ (?<value>[\w.-]+) [\w./-]+\[\d+\]: /g,
    /(?<![\w.-])(?:[a-z0-9-]+\.)+(?:local|lan|internal|corp|intranet|localdomain|home\.arpa|ts\.net)(?![\w-])/gi,
    /^\[?[\w.-]+@(?<value>[\w-][\w.-]*)[: ][~/]/g,
  ].map((find): Pattern => ({ kind: 'HOST', find, keep: isNobodysHost })),
  {
    kind: 'IP',
    find: /(?<![\w.]|[A-Za-z]\/)(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)/g,
    keep: (value) => !isIPv4(value) || /^(?:127\.|0\.0\.0\.0$|255\.|169\.254\.169\.254$)/.test(value),
  },
  {
    kind: 'IP',
    find: /(?<![\w:])(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:]{3,}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])/gi,
    keep: (value) => !isIPv6(value) || value === '::1' || value === '::',
  },
  ...named('MAC', /(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])/gi),
  ...named('PHONE', /(?<![\w+.])\+[1-9]\d{7,14}(?![\w.]*\w)/g),
];

/** Services that everybody's gateway talks to, and names that mean no machine. */
const PUBLIC =
  /(?:^|\.)(?:openai\.com|chatgpt\.com|x\.ai|anthropic\.com|openrouter\.ai|googleapis\.com|google\.com|github\.com|githubusercontent\.com|ghcr\.io|docker\.io|npmjs\.(?:org|com)|openclaw\.ai|nodejs\.org|discord\.(?:com|gg)|slack\.com|telegram\.org|whatsapp\.(?:com|net)|microsoft\.com|json-schema\.org|w3\.org|example(?:\.(?:com|org|net|invalid))?|invalid|localhost|host\.docker\.internal)$/i;
function isNobodysHost(value: string): boolean {
  return (
    PUBLIC.test(value) || isIPv4(value) || /^(?:null|undefined|true|false|loopback|lan|auto)$/i.test(value)
  );
}
