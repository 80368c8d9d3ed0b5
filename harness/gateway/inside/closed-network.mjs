/**
 * Loaded by `NODE_OPTIONS=--import` into every Node process of a gateway, whose own code stays as it was published.
 * It leads the imitated hosts to the mocks, lets the gateway talk to itself, and refuses and writes down all else.
 *
 * The host names are kept, and answered with a public-looking address: from 2026.5.3 on a private base URL switches
 * the idle watchdog off, and newer versions refuse guarded fetches to names that resolve to private addresses
 * (2026.9.6: "Blocked: resolves to private/internal/special-use IP address"). All of fetch, https, ws and undici end
 * in `net`, so that one place is enough.
 *
 * It also keeps the gateway's log out of /tmp/openclaw, where the logs of the user's own gateway lie: up to 2026.4.15 at
 * least the bundled code cannot read `logging.file` (its `require("../config/config.js")` is not in the package), and so
 * every gateway of a machine writes to that one folder, and prunes it. Seen as unusable, it is left for $TMPDIR.
 *
 * Plain JavaScript without dependencies: it runs under whatever Node the gateway runs on.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs, { appendFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { dirname, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import workers from 'node:worker_threads';

/**
 * @typedef {{ at: 'dns' | 'connect' | 'tls', code?: string }} Trouble what befalls every connection to a host; `tls` is the mocks' own affair
 * @type {{ hosts: Record<string, string>, mock: { host: string, port: number }, troubles?: Record<string, Trouble>, troublesAfter?: string, loopback: [number, number], log: string }}
 */
const plan = JSON.parse(process.env.OPENCLAW_REPRO_NETWORK ?? 'null') ?? failClosed();
const mockedAddresses = new Set(Object.values(plan.hosts));

function failClosed() {
  throw new Error('OPENCLAW_REPRO_NETWORK is not set: the gateway must not run with an open network');
}

const refuse = (destination, via) => tell({ destination, via });

function tell(what) {
  try {
    appendFileSync(plan.log, `${JSON.stringify(what)}\n`);
  } catch {
    // The folder is gone when a run has been cleaned up under a dying process; the refusal stands all the same.
  }
}

/** The numbers by which Node and the system call these failures. */
const ERRNO = { EPERM: -1, ENETUNREACH: -101, ECONNREFUSED: -111, EAI_AGAIN: -3001, ENOTFOUND: -3008 };

/** A failed look-up, with the fields that Node gives it. */
const unknownName = (code, syscall, hostname) =>
  Object.assign(new Error(`${syscall} ${code} ${hostname}`), {
    errno: syscall === 'getaddrinfo' ? ERRNO[code] : undefined,
    code,
    syscall,
    hostname,
  });

/** A failed connection, with the fields that Node gives it. */
const unreachable = (code, syscall, address, port) =>
  Object.assign(new Error(`${syscall} ${code} ${address}:${port}`), {
    errno: ERRNO[code],
    code,
    syscall,
    address,
    port,
  });

/** Puts a function in the place of Node's own, under whose name, length and hidden marks (`promisify`) it then goes. */
function replace(target, name, make) {
  const own = target[name];
  if (typeof own !== 'function') return;
  const { prototype: _prototype, ...marks } = Object.getOwnPropertyDescriptors(own);
  target[name] = Object.defineProperties(make(own), marks);
}

const isLoopback = (host) =>
  /^(localhost|127(\.\d+){3}|::1|\[::1\]|::ffff:127(\.\d+){3}|0\.0\.0\.0|::)$/i.test(host);

/** Hosts in trouble: a gateway that is only being prepared finds them well. */
function troubleOf(name, at) {
  // A guarded fetch looks the name up by itself and then connects to the address.
  const host = plan.hosts[name] ? name : Object.keys(plan.hosts).find((one) => plan.hosts[one] === name);
  const trouble = plan.troubles?.[host];
  if (trouble?.at !== at || (plan.troublesAfter && !fs.existsSync(plan.troublesAfter))) return undefined;
  tell({ troubled: host });
  return trouble;
}

/** Names */

const hostOf = (name) => String(name).toLowerCase().replace(/\.$/, '');

/**
 * What Node's own look-up is asked instead, or why it fails. An address, `localhost` and what is no name at all it is
 * asked as they are: with `::1` answered by 127.0.0.1 the gateway found its own port taken, tried for up to a minute,
 * and left the first upgrades without an answer.
 */
function lookedUp(name, options) {
  if (typeof name !== 'string' || name === '') return { ask: name };
  const host = hostOf(name);
  const trouble = troubleOf(host, 'dns');
  if (trouble) return { failed: trouble.code };
  if (plan.hosts[host]) {
    // The imitated hosts have no IPv6 address.
    const family = typeof options === 'object' ? options?.family : options;
    return family === 6 || family === 'IPv6' ? { failed: 'ENOTFOUND' } : { ask: plan.hosts[host] };
  }
  if (net.isIP(name) || host === 'localhost') return { ask: name };
  refuse(host, 'dns');
  return { failed: 'ENOTFOUND' };
}

/** An address that Node answers by itself; it checks the arguments beside. */
const ANY_ADDRESS = '127.0.0.1';

replace(
  dns,
  'lookup',
  (own) =>
    function lookup(name, ...rest) {
      const { ask, failed } = lookedUp(name, rest[0]);
      if (!failed) return own.call(this, ask, ...rest);
      const done = rest.at(-1);
      const fail = () => done(unknownName(failed, 'getaddrinfo', name));
      return own.call(this, ANY_ADDRESS, ...rest.slice(0, -1), typeof done === 'function' ? fail : done);
    },
);

replace(
  dns.promises,
  'lookup',
  (own) =>
    function lookup(name, options) {
      const { ask, failed } = lookedUp(name, options);
      if (!failed) return own.call(this, ask, options);
      return own.call(this, ANY_ADDRESS, options).then(() => {
        throw unknownName(failed, 'getaddrinfo', name);
      });
    },
);

/** By method: what Node calls the query in its errors. */
const QUERIES = {
  resolve: 'queryA',
  resolve4: 'queryA',
  resolve6: 'queryAaaa',
  resolveAny: 'queryAny',
  resolveCname: 'queryCname',
  resolveMx: 'queryMx',
  resolveNs: 'queryNs',
  resolveTxt: 'queryTxt',
  resolveSrv: 'querySrv',
  resolvePtr: 'queryPtr',
  resolveNaptr: 'queryNaptr',
  resolveSoa: 'querySoa',
  resolveCaa: 'queryCaa',
  resolveTlsa: 'queryTlsa',
  reverse: 'getHostByAddr',
  lookupService: 'getnameinfo',
};
/** Seconds that an answer of the imitated hosts is good for. */
const TTL = 300;

/** What a query for an imitated host finds: its one address, or that it has no record of that kind. */
function queried(method, name, option) {
  const host = hostOf(name);
  const trouble = troubleOf(host, 'dns');
  const kind = method === 'resolve' && typeof option === 'string' ? option.toUpperCase() : undefined;
  const found = kind && kind !== 'A' ? (kind === 'ANY' ? 'resolveAny' : undefined) : method;
  const syscall = kind ? `query${kind[0]}${kind.slice(1).toLowerCase()}` : QUERIES[method];
  const failed = (code) => ({ failure: unknownName(code, syscall, name) });
  if (trouble) return failed(trouble.code);
  const address = plan.hosts[host];
  if (!address) {
    refuse(host, 'dns');
    return failed('ENOTFOUND');
  }
  if (found === 'resolveAny') return { records: [{ address, ttl: TTL, type: 'A' }] };
  if (found !== 'resolve' && found !== 'resolve4') return failed('ENODATA');
  return { records: [found === 'resolve4' && option?.ttl ? { address, ttl: TTL } : address] };
}

function closeQueries(target, asPromise) {
  for (const method of Object.keys(QUERIES)) {
    replace(
      target,
      method,
      (own) =>
        function query(name, ...rest) {
          const done = rest.at(-1);
          // Node itself says what is wrong with such a call, before it asks anybody.
          if (typeof name !== 'string' || (!asPromise && typeof done !== 'function'))
            return own.call(this, name, ...rest);
          const { failure, records } = queried(method, name, rest[0]);
          if (asPromise) return failure ? Promise.reject(failure) : Promise.resolve(records);
          process.nextTick(done, failure ?? null, ...(failure ? [] : [records]));
          return {};
        },
    );
  }
}

closeQueries(dns, false);
closeQueries(dns.Resolver.prototype, false);
closeQueries(dns.promises, true);
closeQueries(dns.promises.Resolver.prototype, true);

/** Connections */

replace(
  net.Socket.prototype,
  'connect',
  (own) =>
    function connect(...args) {
      // `net.connect` hands its arguments over as one array, `socket.connect(port, host)` as they are.
      const [first, second] = Array.isArray(args[0]) ? args[0] : args;
      // Read once: what is checked must be what is used.
      const options =
        typeof first === 'object' && first !== null ? { ...first } : { port: first, host: second };
      if (options.host) options.host = String(options.host);
      if (isPipe(first)) options.path = first;
      const use = (target) => {
        if (!Array.isArray(args[0])) return own.call(this, target, ...args.filter(isFunction).slice(-1));
        args[0][0] = target;
        return own.apply(this, args);
      };
      if (options.path) {
        return ownPipe(options.path)
          ? use(options)
          : turnAway(this, noEntry(options.path), options.path, 'pipe');
      }

      const host = hostOf(options.host || 'localhost');
      const port = Number(options.port ?? Number.NaN);
      // Node itself says what is wrong with such a call.
      if (!isPort(port))
        return use({ ...options, ...(typeof options.port === 'object' && { port: undefined }) });
      options.port = port;
      const mocked = (plan.hosts[host] || mockedAddresses.has(host)) && port === 443;
      if (isLoopback(host) && port >= plan.loopback[0] && port <= plan.loopback[1]) return use(options);
      if (!mocked) {
        const named = !net.isIP(host) && !isLoopback(host);
        const failure = named
          ? unknownName('ENOTFOUND', 'getaddrinfo', host)
          : unreachable('ECONNREFUSED', 'connect', host === 'localhost' ? ANY_ADDRESS : host, port);
        return turnAway(this, failure, `${host}:${port}`, 'tcp');
      }
      const unknown = troubleOf(host, 'dns');
      if (unknown) return fail(this, unknownName(unknown.code, 'getaddrinfo', host));
      const trouble = troubleOf(host, 'connect');
      if (!trouble) return use({ ...options, host: plan.mock.host, port: plan.mock.port });
      if (!trouble.code) return swallow(this);
      return fail(this, unreachable(trouble.code, 'connect', plan.hosts[host] ?? host, port));
    },
);

const isPort = (value) => Number.isInteger(value) && value >= 0 && value <= 65_535;

const isFunction = (value) => typeof value === 'function';

/** Node's own rule: a string that is not a number names a pipe. */
const isPipe = (value) => typeof value === 'string' && !(Number(value) >= 0);

/** Sockets below the run's own folder; others (of a container engine, say) lead out. */
const ownPipe = (path) => resolvePath(String(path)).startsWith(`${dirname(plan.log)}/`);

const noEntry = (path) =>
  Object.assign(new Error(`connect ECONNREFUSED ${path}`), {
    errno: ERRNO.ECONNREFUSED,
    code: 'ECONNREFUSED',
    syscall: 'connect',
    address: path,
  });

function turnAway(socket, failure, destination, via) {
  refuse(String(destination), via);
  return fail(socket, failure);
}

function fail(socket, failure) {
  process.nextTick(() => socket.destroy(failure));
  return socket;
}

/** As where packets are lost: the connection is under way until its owner gives it up. */
function swallow(socket) {
  socket.connecting = true;
  // A connection under way keeps its process alive.
  const pending = setInterval(() => undefined, 2 ** 30);
  socket.once('close', () => clearInterval(pending));
  return socket;
}

for (const method of ['send', 'connect']) {
  replace(
    dgram.Socket.prototype,
    method,
    () =>
      function guarded(...args) {
        const host = args.findLast((arg) => typeof arg === 'string') ?? 'localhost';
        const port = args.findLast((arg) => typeof arg === 'number') ?? 0;
        refuse(host, 'udp');
        const done = args.at(-1);
        const failure = unreachable('ENETUNREACH', method, host, port);
        process.nextTick(() => (isFunction(done) ? done(failure) : this.emit('error', failure)));
        return undefined;
      },
  );
}

/** Children and workers: they get this module too, whatever environment or code they are started with. */

const { NODE_OPTIONS = '' } = process.env;
const isOwn = (option) => option.startsWith('--import=') && option.endsWith('/closed-network.mjs');
const options = NODE_OPTIONS.split(' ').filter((option) => option && !isOwn(option));

/** What every one of them is started with. In a worker the option that loads this module is no longer to be read. */
const keptPairs = { NODE_OPTIONS: [`--import=${import.meta.url}`, ...options].join(' ') };
for (const name of [
  'NODE_EXTRA_CA_CERTS',
  'OPENCLAW_REPRO_NETWORK',
  'OPENCLAW_REPRO_RUN',
  'OPENCLAW_REPRO_CLOCK',
])
  if (process.env[name] !== undefined) keptPairs[name] = process.env[name];
const kept = Object.entries(keptPairs);

// The gateway is shown its user's options alone. From 2026.8 on it resolves its own modules in a way of its own, unless
// an option loads anything (`installDistEsmResolveFastPath`): without it 2026.9.2 took 2.5 times as long to start.
if (options.length > 0) process.env.NODE_OPTIONS = options.join(' ');
else delete process.env.NODE_OPTIONS;

replace(
  childProcess.ChildProcess.prototype,
  'spawn',
  (own) =>
    function spawn(options) {
      if (!Array.isArray(options?.envPairs)) return own.call(this, options);
      const others = options.envPairs.filter((pair) => !kept.some(([name]) => pair.startsWith(`${name}=`)));
      return own.call(this, { ...options, envPairs: [...others, ...kept.map((pair) => pair.join('='))] });
    },
);

for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
  replace(childProcess, name, (own) => (file, ...rest) => {
    const args = Array.isArray(rest[0]) ? [rest[0]] : [];
    const options = rest.find((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
    return own(file, ...args, { ...options, env: { ...(options?.env ?? process.env), ...keptPairs } });
  });
}

replace(
  process,
  'execve',
  (own) =>
    (file, args, env = process.env) =>
      own.call(process, file, args, { ...env, ...keptPairs }),
);

replace(workers, 'Worker', (Worker) => {
  const guard = `process.getBuiltinModule('node:module').createRequire('/')(${JSON.stringify(fileURLToPath(import.meta.url))});`;
  class GuardedWorker extends Worker {
    constructor(source, options = {}) {
      const { env } = options;
      const own = env && typeof env === 'object' ? { ...options, env: { ...env, ...keptPairs } } : options;
      super(options.eval ? `${guard}\n${source}` : source, own);
    }
  }
  return GuardedWorker;
});

/** The log's folder */

for (const name of ['lstatSync', 'statSync']) {
  replace(
    fs,
    name,
    (own) =>
      function stat(path, options) {
        if (path !== '/tmp/openclaw') return own.call(this, path, options);
        const syscall = name.replace('Sync', '');
        throw Object.assign(new Error(`EPERM: operation not permitted, ${syscall} '${path}'`), {
          errno: ERRNO.EPERM,
          code: 'EPERM',
          syscall,
          path,
        });
      },
  );
}

/** The clock, where a scenario puts it forward. At once, so that a worker can load this module by `require`. */
if (process.env.OPENCLAW_REPRO_CLOCK) createRequire(import.meta.url)('./clock.mjs');

syncBuiltinESMExports();
