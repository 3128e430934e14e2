import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface PostResult {
  /** Null when no whole answer came. */
  status: number | null;
  answer: string;
  error: string | null;
}

const answerShown = 2_000;

/** One POST, on a connection of its own. Redirects are not followed: to Stripe a 3xx is a failure. */
export function post(
  url: string,
  headers: Record<string, string>,
  body: Buffer,
  options: { timeout: number; signal: AbortSignal },
): Promise<PostResult> {
  const { timeout } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeout)]);
  return new Promise((resolve) => {
    const failed = (error: Error) => {
      const timedOut = error.name === 'AbortError' && !options.signal.aborted;
      resolve({ status: null, answer: '', error: timedOut ? `No answer within ${timeout} ms` : error.message });
    };
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const length = { 'content-length': String(body.byteLength) };
    const request = send(
      url,
      { method: 'POST', headers: { ...headers, ...length }, agent: false, signal },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (answer = (answer + chunk).slice(0, answerShown)));
        response.on('end', () => resolve({ status: response.statusCode ?? null, answer, error: null }));
        response.on('error', failed);
      },
    );
    request.on('error', failed);
    request.end(body);
  });
}
