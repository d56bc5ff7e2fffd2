// A Lambda runtime client for Node: reads invocations from the Runtime API and calls the handler.
// Usage: node_runtime.mjs zip|image. In an image a handler without a dot names a module whose export
// is called the same, or `handler`, or is the default.
import { existsSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { format } from 'node:util';
import { pathToFileURL } from 'node:url';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const jsonLogs = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId = '';

function call(method, target, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body);
    const request = http.request(
      { host, port, method, agent, path: '/2018-06-01/runtime' + target,
        headers: { ...headers, 'Content-Length': length } },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(chunks) }));
      });
    request.on('error', reject);
    request.end(body);
  });
}

for (const [method, level] of Object.entries({
  log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' })) {
  console[method] = (...args) => {
    const timestamp = new Date().toISOString();
    const message = format(...args);
    const line = jsonLogs
      ? JSON.stringify({ timestamp, level, requestId, message })
      : `${timestamp}\t${requestId}\t${level}\t${message.replace(/\n/g, '\r')}`;
    process.stdout.write(line + '\n');
  };
}

function described(error) {
  if (error instanceof Error) {
    return {
      errorType: error.errorType ?? error.name,
      errorMessage: error.message,
      trace: (error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function sendError(target, error) {
  const problem = described(error);
  console.error(`${target === '/init/error' ? 'Uncaught Exception' : 'Invoke Error'}\t`
    + JSON.stringify(problem));
  await call('POST', target, JSON.stringify(problem), {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Function-Error-Type': problem.errorType,
  });
}

function fault(errorType, message) {
  return Object.assign(new Error(message), { errorType });
}

async function load(mode) {
  const name = process.env._HANDLER ?? '';
  const dot = name.lastIndexOf('.');
  if (dot < 0 && mode !== 'image') throw fault('Runtime.MalformedHandlerName', 'Bad handler');
  const module = dot < 0 ? name : name.slice(0, dot);
  const candidates = dot < 0 ? [name, 'handler', 'default'] : [name.slice(dot + 1)];
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, module);
  const file = ['.js', '.mjs', '.cjs'].map((end) => base + end).find((each) => existsSync(each));
  if (!file) throw fault('Runtime.ImportModuleError', `Error: Cannot find module '${module}'`);
  const loaded = await import(pathToFileURL(file).href);
  for (const candidate of candidates) {
    const found = loaded[candidate] ?? loaded.default?.[candidate];
    if (typeof found === 'function') return found;
  }
  throw fault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  return {
    awsRequestId: requestId,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: client ? JSON.parse(client) : undefined,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, value) => (error ? reject(error) : resolve(value));
    const result = handler(event, context, callback);
    if (typeof result?.then === 'function') result.then(resolve, reject);
    else if (handler.length < 3) resolve(result);
  });
}

async function serve(handler) {
  for (;;) {
    const next = await call('GET', '/invocation/next');
    requestId = next.headers['lambda-runtime-aws-request-id'];
    try {
      const event = next.body.length ? JSON.parse(next.body.toString()) : {};
      const result = await run(handler, event, contextOf(next.headers));
      await call('POST', `/invocation/${requestId}/response`, JSON.stringify(result) ?? 'null',
        { 'Content-Type': 'application/json' });
    } catch (error) {
      await sendError(`/invocation/${requestId}/error`, error);
    }
  }
}

try {
  await serve(await load(process.argv[2]));
} catch (error) {
  await sendError('/init/error', error).catch(() => {});
  process.exit(1);
}
