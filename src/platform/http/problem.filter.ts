import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { giveRequestId } from '../logging/index.js';
import { toProblem } from './problem.js';

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request & { id?: string }>();
    const response = host.switchToHttp().getResponse<Response>();
    // One whose body could not be read comes here before it reaches the logger, which gives the rest their id and their line.
    const requestId = request.id ?? giveRequestId(request, response);
    const { body, retryAfterSeconds } = toProblem(error, requestId);
    if (body.status >= 500) this.logger.error({ err: error, requestId, code: body.code }, 'request failed');
    else if (!request.id)
      this.logger.log({ requestId, path: request.path, statusCode: body.status }, 'request not read');
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
