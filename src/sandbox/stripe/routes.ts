import type Stripe from 'stripe';
import type { Account } from './account.js';
import { checkExpand, expand } from './expand.js';
import type { FormHash } from './form.js';
import { listOf, readParams, text, type ParamsOf, type Shape } from './params.js';

interface CallContext {
  account: Account;
  /** The `:id` of the path, empty where the path has none. */
  id: string;
  /** The `:part` of the path, of what is a part of something else. */
  part: string;
  /** Goes into the events that the call causes. */
  request: Stripe.Event.Request;
}
type Call<P> = CallContext & { params: P };

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** Validates, and returns what does the work. A refusal here has touched nothing and is not remembered by a key. */
  prepare(form: FormHash): (context: CallContext) => object;
}

/** What every call takes. */
const expandParam = { expand: listOf(text()) };

/** Declares one API call: its parameters, what it answers with, and the work. */
export function route<S extends Shape>(spec: {
  method: Route['method'];
  path: string;
  /** The name of the object that it answers with, or `list<name>`: says what `expand[]` can reach. */
  answers: string;
  params: S;
  handle(call: Call<ParamsOf<S>>): object;
}): Route {
  const shape = { ...spec.params, ...expandParam };
  return {
    method: spec.method,
    path: spec.path,
    prepare(form) {
      const params = readParams(shape, form) as ParamsOf<S> & ParamsOf<typeof expandParam>;
      const paths = params.expand ?? [];
      checkExpand(spec.answers, paths);
      return (context) => {
        const answer = spec.handle({ ...context, params });
        return expand(context.account, spec.answers, answer, paths);
      };
    },
  };
}
