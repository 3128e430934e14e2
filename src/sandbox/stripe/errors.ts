/** The body under `error`. Only `type` is always there; the wire knows these four and no other. */
interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message?: string;
  code?: string;
  param?: string;
  doc_url?: string;
  /** Of a card that was declined. */
  advice_code?: string;
  charge?: string;
  decline_code?: string;
  network_decline_code?: string;
  /** What the refusal is about, whole and as it is now. */
  payment_intent?: object;
  payment_method?: object;
  setup_intent?: object;
}

/** An error that the API answers, as opposed to a bug of the stand-in. */
export class StripeApiError extends Error {
  readonly body: ErrorBody;

  constructor(
    readonly status: number,
    body: ErrorBody,
  ) {
    super(body.message ?? body.type);
    this.body = body.code ? { ...body, doc_url: docUrl(body.code) } : body;
  }
}

export function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

export function invalidRequest(
  message: string,
  details: Omit<ErrorBody, 'type' | 'message'> & { status?: number } = {},
): StripeApiError {
  const { status = 400, ...rest } = details;
  return new StripeApiError(status, { ...rest, message, type: 'invalid_request_error' });
}

export function unknownParameters(names: string[]): StripeApiError {
  const message = `Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`;
  return invalidRequest(message, { code: 'parameter_unknown', param: names[0] });
}

export function missingParameter(name: string): StripeApiError {
  return invalidRequest(`Missing required param: ${name}.`, { code: 'parameter_missing', param: name });
}

export function emptyParameter(name: string): StripeApiError {
  const message =
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however ` +
    `'${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`;
  return invalidRequest(message, { code: 'parameter_invalid_empty', param: name });
}

export function invalidInteger(message: string, name: string): StripeApiError {
  return invalidRequest(message, { code: 'parameter_invalid_integer', param: name });
}

/** Stripe answers 404 for an id in the path and 400 for one in a parameter or a cursor. */
export function noSuch(noun: string, id: string, param: string, status: 400 | 404): StripeApiError {
  return invalidRequest(`No such ${noun}: '${id}'`, { code: 'resource_missing', param, status });
}

/** A real parameter of Stripe that the stand-in does not play: said plainly rather than silently ignored. */
export function notInSandbox(what: string, param?: string): StripeApiError {
  return invalidRequest(`The sandbox does not implement this yet: ${what}`, { param });
}
