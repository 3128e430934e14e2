/** A refusal by the API, in the manner of Django REST framework. */
export class PaymobApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
    message: string = JSON.stringify(body),
  ) {
    super(message);
  }
}

export function refused(status: number, detail: string): PaymobApiError {
  return new PaymobApiError(status, { detail }, detail);
}

export function notFound(): PaymobApiError {
  return refused(404, 'Not found.');
}

/** What is wrong with the fields of a body, by field. */
export function invalid(errors: object): PaymobApiError {
  return new PaymobApiError(400, errors);
}

export const required = 'This field is required.';
export const blank = 'This field may not be blank.';
export const notInteger = 'A valid integer is required.';
export const notPositive = 'Ensure this value is greater than or equal to 1.';
