import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Principal } from '../auth/index.js';
import { invalid } from '../errors/index.js';
import { toProblem } from '../http/problem.js';
import { identityOf, IdempotencyKeys, type KeyedRequest } from './idempotency-keys.js';
import { IDEMPOTENT, withIdempotencyKey } from './idempotent.js';

/** Serves `Idempotency-Key` on the routes marked for it. Refusals (4xx) are answers and are kept; failures (5xx) are not. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: IdempotencyKeys,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request & { id: string; user?: Principal }>();
    const key = request.header('idempotency-key');
    const marked = this.reflector.get<boolean | undefined>(IDEMPOTENT, context.getHandler());
    if (key === undefined || !marked || !request.user) return next.handle();
    if (key.length < 1 || key.length > 255)
      throw invalid('header/Idempotency-Key', 'Idempotency-Key must have 1 to 255 characters');
    const path = `${request.method} ${String((request.route as { path?: string }).path)} ${JSON.stringify(request.params)}`;
    const keyed: KeyedRequest = { userId: request.user.userId, route: path, key, body: request.body as unknown };
    return from(this.serve(keyed, request, context.switchToHttp().getResponse<Response>(), next));
  }

  private async serve(
    keyed: KeyedRequest,
    request: Request & { id: string },
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    const stored = await this.keys.claim(keyed);
    if ('statusCode' in stored) {
      response.setHeader('Idempotent-Replayed', 'true');
      response.status(stored.statusCode);
      if (stored.statusCode >= 400) response.type('application/problem+json');
      return stored.body;
    }
    const letGo = this.keys.hold(keyed);
    try {
      const body: unknown = await withIdempotencyKey(identityOf(keyed, stored), () =>
        lastValueFrom(next.handle(), { defaultValue: undefined }),
      );
      await this.keys.complete(keyed, { statusCode: response.statusCode, body });
      return body;
    } catch (error) {
      const { body } = toProblem(error, request.id);
      if (body.status >= 500) await this.keys.release(keyed);
      else await this.keys.complete(keyed, { statusCode: body.status, body });
      throw error;
    } finally {
      letGo();
    }
  }
}
