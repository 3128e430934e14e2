import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import type { CallKind } from '../resilience/circuit.js';
import { Circuits } from '../resilience/circuits.js';
import { FailedTry } from '../resilience/failed-try.js';
import { PATIENCE, type Patience } from '../resilience/patience.js';
import { asText, type JsonAnswer, ProviderHttp } from '../resilience/provider-http.js';

/** A token is not used so near to its end. */
const MARGIN_SECONDS = 60;
/** Too many calls in a moment, or for the day. */
const TOO_MANY = new Set(['500.003.02', '500.003.03']);
const WAIT_SECONDS = 3;
/** Its own trouble: it may have taken the request all the same. */
const TROUBLE = new Set(['500.003.1001', '500.001.1000']);
const BAD_TOKEN = new Set(['404.001.03', '401.002.01']);

/** What Daraja says to a request: taken, or not and by which code. A code is not a verdict: what it means hangs on the call. */
export type DarajaAnswer =
  | { readonly taken: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly taken: false; readonly code: string };

/** Daraja, M-Pesa's API. */
@Injectable()
export class MpesaClient {
  private readonly http: ProviderHttp;
  private token: { readonly value: string; readonly until: number } | undefined;

  constructor(
    private readonly settings: Settings,
    circuits: Circuits,
    @Inject(PATIENCE) patience: Patience,
    private readonly clock: Clock,
  ) {
    this.http = new ProviderHttp(circuits.of('MPESA'), patience.tryMs);
  }

  /**
   * Makes sure that we may call, so that a call that fails after this one has failed by itself.
   * @throws ProviderFailure
   */
  async authorize(): Promise<string> {
    const now = this.clock.now().getTime();
    if (this.token && now < this.token.until) return this.token.value;
    const { apiUrl, consumerKey, consumerSecret } = this.settings.mpesa;
    const credentials = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
    const url = `${apiUrl}/oauth/v1/generate?grant_type=client_credentials`;
    const headers = { authorization: `Basic ${credentials}` };
    const { value, seconds } = await this.http
      .call('read', { method: 'GET', url, headers }, tokenOf)
      // Nothing was asked for yet but to be let in.
      .catch((error: unknown) => {
        if (!(error instanceof FailedTry)) throw error;
        const { code, retryAfterSeconds } = error;
        throw new FailedTry(code, { unheard: true, retryAfterSeconds, cause: error });
      });
    this.token = { value, until: now + (seconds - MARGIN_SECONDS) * 1000 };
    return value;
  }

  /** @throws ProviderFailure when there was no answer, or none that can be understood */
  async post(kind: CallKind, path: string, body: object): Promise<DarajaAnswer> {
    const first = await this.try(kind, path, body);
    if (first.taken || !BAD_TOKEN.has(first.code)) return first;
    // Ended before its time, or by another process that was given a new one.
    this.token = undefined;
    return this.try(kind, path, body);
  }

  private async try(kind: CallKind, path: string, body: object): Promise<DarajaAnswer> {
    const headers = { authorization: `Bearer ${await this.authorize()}` };
    return this.http.call(kind, { method: 'POST', url: `${this.settings.mpesa.apiUrl}${path}`, headers, body }, judge);
  }
}

/** Its own error code outweighs the status: it answers 500 for much that is no trouble of its. */
function judge({ status, body, retryAfterSeconds = WAIT_SECONDS }: JsonAnswer): DarajaAnswer {
  const code = asText(body.errorCode);
  if (code !== undefined && TOO_MANY.has(code)) throw new FailedTry(code, { unheard: true, retryAfterSeconds });
  if (code !== undefined && TROUBLE.has(code)) throw new FailedTry(code, { down: true, again: true });
  if (code !== undefined) return { taken: false, code };
  if (status >= 500) throw new FailedTry(`http_${status}`, { down: true, again: true });
  if (status !== 200) throw new FailedTry('unintelligible_answer', { down: true });
  return { taken: true, body };
}

function tokenOf({ status, body }: JsonAnswer): { value: string; seconds: number } {
  const value = asText(body.access_token);
  const seconds = Number(body.expires_in);
  if (status === 200 && value !== undefined && seconds > 0) return { value, seconds };
  throw new FailedTry(status >= 500 ? `http_${status}` : 'credentials_refused', { down: true, unheard: true });
}

/** What was not taken never will be. */
export function refused(code: string): ProviderFailure {
  return new ProviderFailure(true, code);
}
