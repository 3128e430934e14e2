import { type InterceptTarget, type Mischief, silence } from '../../src/sandbox/index.js';

interface StandIn {
  intercept(target: Omit<InterceptTarget, 'layer'>, handler: Mischief): unknown;
}

/** The next such call is not acted on, or it is; nothing is heard either way. Answers when that is so. */
export function unheard(
  provider: StandIn,
  call: Omit<InterceptTarget, 'layer'>,
  when: 'before' | 'after',
): Promise<void> {
  const arrived = Promise.withResolvers<void>();
  const silent = silence(when);
  provider.intercept(call, (request, proceed, gone) => {
    const tell = async () => {
      const answer = await proceed();
      arrived.resolve();
      return answer;
    };
    if (when === 'before') arrived.resolve();
    return silent(request, tell, gone);
  });
  return arrived.promise;
}
