import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { Circuits } from '../resilience/circuits.js';
import { FailedTry } from '../resilience/failed-try.js';
import { PATIENCE, type Patience } from '../resilience/patience.js';
import { asText, type JsonAnswer, ProviderHttp } from '../resilience/provider-http.js';
import { codeOf } from './paymob-words.js';

/** A token lives for an hour; it is not used so near to its end. */
const TOKEN_SECONDS = 55 * 60;
const WAIT_SECONDS = 10;

type Answer = Readonly<Record<string, unknown>>;

/** Paymob's API. What moves money goes by the secret key, what is read by a token that the API key is exchanged for. */
@Injectable()
export class PaymobClient {
  private readonly http: ProviderHttp;
  private token: { readonly value: string; readonly until: number } | undefined;
  /** Under way, for all who need one meanwhile. */
  private exchange: Promise<string> | undefined;

  constructor(
    private readonly settings: Settings,
    circuits: Circuits,
    @Inject(PATIENCE) patience: Patience,
    private readonly clock: Clock,
  ) {
    this.http = new ProviderHttp(circuits.of('PAYMOB'), patience.tryMs);
  }

  /**
   * Paymob knows no key that makes two requests one, so this is never made again by itself.
   * @throws ProviderFailure
   */
  write(path: string, body: object): Promise<Answer> {
    const { apiUrl, secretKey } = this.settings.paymob;
    const headers = { authorization: `Token ${secretKey}` };
    return this.http.call('write', { method: 'POST', url: `${apiUrl}${path}`, headers, body }, judge);
  }

  /**
   * @returns undefined for what Paymob does not know
   * @throws ProviderFailure
   */
  async read(path: string, body?: object): Promise<Answer | undefined> {
    const first = await this.tryRead(path, body);
    if (first !== 'token-refused') return first;
    // Ended before its time.
    this.token = undefined;
    const second = await this.tryRead(path, body);
    if (second === 'token-refused') throw credentialsRefused();
    return second;
  }

  private async tryRead(path: string, body?: object): Promise<Answer | 'token-refused' | undefined> {
    const headers = { authorization: `Bearer ${await this.authorize()}` };
    const url = `${this.settings.paymob.apiUrl}${path}`;
    return this.http.call('read', { method: body ? 'POST' : 'GET', url, headers, body }, (answer) => {
      if (answer.status === 404) return undefined;
      return answer.status === 401 ? 'token-refused' : judgeRead(answer);
    });
  }

  private async authorize(): Promise<string> {
    if (this.token && this.clock.now().getTime() < this.token.until) return this.token.value;
    this.exchange ??= this.exchangeKey().finally(() => (this.exchange = undefined));
    return this.exchange;
  }

  private async exchangeKey(): Promise<string> {
    const now = this.clock.now().getTime();
    const { apiUrl, apiKey } = this.settings.paymob;
    const request = {
      method: 'POST',
      url: `${apiUrl}/api/auth/tokens`,
      headers: {},
      body: { api_key: apiKey },
    } as const;
    const { token: given } = await this.http.call('read', request, judgeRead);
    const value = asText(given);
    if (!value) throw unintelligible();
    this.token = { value, until: now + TOKEN_SECONDS * 1000 };
    return value;
  }
}

/** What was refused was not done, and never will be; unless it was our keys that were, which somebody will mend. */
function judge({ status, body, retryAfterSeconds = WAIT_SECONDS }: JsonAnswer): Answer {
  if (status === 429) throw new FailedTry('throttled', { unheard: true, retryAfterSeconds });
  if (status === 401 || status === 403) throw credentialsRefused();
  if (status >= 500) throw new FailedTry(`http_${status}`, { down: true, again: true });
  if (status >= 400) throw new ProviderFailure(true, codeOf(body));
  if (status >= 300) throw unintelligible();
  return body;
}

/** A question that is refused says nothing about what was asked about. */
function judgeRead(answer: JsonAnswer): Answer {
  const { status, body } = answer;
  if (status >= 400 && status < 500 && ![401, 403, 429].includes(status))
    throw new ProviderFailure(false, codeOf(body));
  return judge(answer);
}

function credentialsRefused(): FailedTry {
  return new FailedTry('credentials_refused', { down: true, unheard: true });
}

/** An answer that lacks what it is about is none: asked again, never acted on. */
export function unintelligible(): ProviderFailure {
  return new ProviderFailure(false, 'unintelligible_answer');
}
