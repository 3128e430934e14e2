import { requestId } from './ids.js';

/** A refusal at once, as opposed to a bug of the stand-in. */
export class DarajaError extends Error {
  constructor(
    readonly status: number,
    readonly errorCode: string,
    message: string,
  ) {
    super(message);
  }

  body(): object {
    return { requestId: requestId(), errorCode: this.errorCode, errorMessage: this.message };
  }
}

export function invalid(what: string): DarajaError {
  return new DarajaError(400, '400.002.02', `Bad Request - Invalid ${what}`);
}

/** One code for much that differs, a payment that is still being made among it: only the words tell. */
export function refusedByMpesa(message: string): DarajaError {
  return new DarajaError(500, '500.001.1001', message);
}

/** An answer that is no JSON. */
export class RawBody {
  constructor(
    readonly text: string,
    readonly contentType: string,
  ) {}
}
