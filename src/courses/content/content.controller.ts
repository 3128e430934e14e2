import { Controller, Get, Header, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { DomainError, Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { StorageProblems } from '../../platform/storage/index.js';
import { CourseProblems } from '../courses.problems.js';
import { BrowserCookie } from './browser-cookie.js';
import { ContentAddresses } from './content-addresses.js';
import { ContentAddressDto, UploadedContentDto, UploadQuery } from './content.dto.js';
import { ContentProblems } from './content.problems.js';
import { FindContent } from './find-content.js';
import { ServeContent } from './serve-content.js';
import { UploadContent } from './upload-content.js';

const storageTrouble = [StorageProblems.unavailable, StorageProblems.refused] as const;

/** The files of lectures: how they come, where they are, and the way they go. */
@ApiTags('courses')
@Controller()
export class ContentController {
  constructor(
    private readonly uploadContent: UploadContent,
    private readonly findContent: FindContent,
    private readonly serveContent: ServeContent,
    private readonly addresses: ContentAddresses,
    private readonly cookie: BrowserCookie,
  ) {}

  @Post('courses/:id/modules/:moduleId/lectures/:lectureId/content')
  @Endpoint({
    access: ['INSTRUCTOR', 'ADMIN'],
    status: 201,
    summary: 'Upload the file of a lecture, or another one in its place',
    description:
      'The body is the file itself; `Content-Type` is its media type and `Content-Length` its size. Until all of it has come the lecture has ' +
      'what it had.',
    answers: UploadedContentDto,
    errors: [
      Problems.notFound,
      CourseProblems.archived,
      ContentProblems.quiz,
      ContentProblems.lengthRequired,
      ContentProblems.tooLarge,
      ContentProblems.typeNotTaken,
      ContentProblems.typeMismatch,
      ContentProblems.incomplete,
      ...storageTrouble,
    ],
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ description: 'The file', schema: { type: 'string', format: 'binary' } })
  upload(
    @Param('id') courseId: string,
    @Param('moduleId') moduleId: string,
    @Param('lectureId') lectureId: string,
    @Query() { fileName }: UploadQuery,
    @CurrentPrincipal() principal: Principal,
    @Req() request: Request,
  ): Promise<UploadedContentDto> {
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    const upload = { fileName, contentType, contentLength, body: request };
    return this.uploadContent.execute({ courseId, moduleId, lectureId }, upload, principal);
  }

  @Get('courses/:courseId/lectures/:lectureId/content')
  @Header('Cache-Control', 'no-store')
  @Endpoint({
    access: 'signed-in',
    summary: 'Where the file of a lecture is',
    description:
      'For who has access to the course, who teaches it, admins, and of a preview for anybody. The address is good for the caller alone: it is ' +
      'to be fetched with their access token, or by their browser, which is given a cookie here.',
    answers: ContentAddressDto,
    errors: [Problems.notFound, ContentProblems.notEnrolled],
  })
  async address(
    @Param('courseId') courseId: string,
    @Param('lectureId') lectureId: string,
    @CurrentPrincipal() { userId }: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ContentAddressDto> {
    const { storageKey, fileName, mediaType, size } = await this.findContent.inCourse(courseId, lectureId, userId);
    const host = `${request.protocol}://${request.host}`;
    const { url, expiresAt } = this.addresses.make({ lectureId, userId, storageKey }, host);
    response.cookie(...this.cookie.make(userId, expiresAt, url.startsWith('https:')));
    return { url, expiresAt, fileName, mediaType, size };
  }

  @Get('content/:lectureId')
  @Endpoint({
    access: 'optional',
    summary: 'The file of a lecture, by an address that was given out for it',
    description:
      'Asks for the access token or the cookie of who it was given to, and whether they still have access. Serves single byte ranges; ' +
      'several at once are answered with the whole.',
    produces: ['application/octet-stream'],
    etag: true,
    errors: [
      Problems.notFound,
      ContentProblems.urlInvalid,
      ContentProblems.urlExpired,
      ContentProblems.urlNotYours,
      ContentProblems.notEnrolled,
      ContentProblems.replaced,
      ContentProblems.range,
      StorageProblems.missing,
      ...storageTrouble,
    ],
  })
  async content(
    @Param('lectureId') lectureId: string,
    @CurrentPrincipal() principal: Principal | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { userId, storageKey } = this.addresses.read(lectureId, request.query);
    const caller = principal?.userId ?? this.cookie.read(request.headers.cookie);
    if (caller === undefined) throw new DomainError(Problems.unauthenticated);
    if (caller !== userId) throw new DomainError(ContentProblems.urlNotYours);
    const content = await this.findContent.again(lectureId, userId);
    if (content.storageKey !== storageKey) throw new DomainError(ContentProblems.replaced);
    await this.serveContent.execute(content, request, response);
  }
}
