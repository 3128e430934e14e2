import { pipeline } from 'node:stream/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Settings } from '../../platform/config/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Storage, StorageProblems } from '../../platform/storage/index.js';
import { isKnown, toByteRange } from './byte-range.js';
import { ContentProblems } from './content.problems.js';
import { disposition } from './disposition.js';
import type { FoundContent } from './find-content.js';

/** A player that has enough for now reads on later, or asks anew. */
const STANDSTILL_MS = 300_000;

/** Answers with a file or a range of it: as it comes from the storage, as fast as it is taken. */
@Injectable()
export class ServeContent {
  private readonly logger = new Logger(ServeContent.name);
  private readonly frontends: string;

  constructor(
    private readonly storage: Storage,
    { FRONTEND_URL, CORS_ORIGINS }: Settings,
  ) {
    this.frontends = [FRONTEND_URL, ...CORS_ORIGINS].map((url) => new URL(url).origin).join(' ');
  }

  async execute(content: FoundContent, request: Request, response: Response): Promise<void> {
    const etag = `"${content.checksum}"`;
    response.set({ ETag: etag, 'Cache-Control': 'private, no-cache', 'Accept-Ranges': 'bytes' });
    if (isKnown(request.header('if-none-match'), etag)) {
      response.status(304).end();
      return;
    }
    const range = this.range(content, etag, request);
    if (range === 'beyond') {
      response.removeHeader('ETag');
      response.set('Content-Range', `bytes */${content.size}`);
      throw new DomainError(ContentProblems.range);
    }
    const stream = request.method === 'HEAD' ? undefined : await this.open(content, range);
    response.status(range ? 206 : 200).set({
      ...this.about(content),
      'Content-Length': String(range ? range.end - range.start + 1 : content.size),
      ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${content.size}` }),
    });
    response.setTimeout(STANDSTILL_MS);
    if (!stream) response.end();
    // One that has gone meanwhile ends the stream as well.
    else await pipeline(stream, response).catch((error: unknown) => this.broken(content, error));
  }

  /** Of GET alone, and of the very file that the client has a part of. */
  private range({ size }: FoundContent, etag: string, request: Request): ReturnType<typeof toByteRange> {
    const condition = request.header('if-range');
    if (request.method !== 'GET' || (condition !== undefined && condition !== etag)) return undefined;
    return toByteRange(request.header('range'), size);
  }

  private async open({ storageKey }: FoundContent, range: { start: number; end: number } | undefined) {
    try {
      return await this.storage.read(storageKey, range);
    } catch (error) {
      if (error instanceof DomainError && error.problem === StorageProblems.missing)
        this.logger.error({ storageKey }, 'a file is not where it is kept');
      throw error;
    }
  }

  /** Files are other people's: nothing in them is run, and only the frontends may frame or embed them. */
  private about({ fileName, mediaType }: FoundContent): Record<string, string> {
    return {
      'Content-Type': mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType,
      'Content-Disposition': disposition(fileName, mediaType),
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': `default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self' ${this.frontends}`,
      'Cross-Origin-Resource-Policy': 'same-site',
    };
  }

  /** Too late for an answer: the connection is cut, so that nobody takes a part for the whole. A client that left is no trouble. */
  private broken({ storageKey }: FoundContent, error: unknown): void {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    this.logger.warn({ storageKey, reason: String(error) }, 'a file broke off while it was read');
  }
}
