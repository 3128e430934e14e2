import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { toProblem } from './problem.js';

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request & { id: string }>();
    const response = host.switchToHttp().getResponse<Response>();
    const { body, retryAfterSeconds } = toProblem(error, request.id);
    if (body.status >= 500) this.logger.error({ err: error, requestId: request.id, code: body.code }, 'request failed');
    if (response.headersSent) {
      response.end();
      return;
    }
    if (retryAfterSeconds !== undefined && !response.hasHeader('Retry-After')) {
      response.setHeader('Retry-After', String(Math.ceil(retryAfterSeconds)));
    }
    response.status(body.status).type('application/problem+json').send(JSON.stringify(body));
  }
}
