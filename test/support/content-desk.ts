import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { CourseDto } from '../../src/courses/catalogue/courses.dto.js';
import type { ContentAddressDto, UploadedContentDto } from '../../src/courses/content/content.dto.js';
import type { Answer, TestApp } from './app.js';
import type { Person } from './people.js';
import { expectStatus, publishedCourse } from './school.js';

/** Beginnings that tell what a file is, and noise. */
const beginnings = {
  'video/mp4': Buffer.from('00000020667479706d703432000000006d70343269736f6d6176633100000000', 'hex'),
  'application/pdf': Buffer.from('%PDF-1.7\n%\u00e2\u00e3\n'),
  'application/zip': Buffer.from('504b0304140000000800', 'hex'),
} as const;

export function fileOf(mediaType: keyof typeof beginnings, size: number): Buffer {
  return Buffer.concat([beginnings[mediaType], randomBytes(size)]).subarray(0, size);
}

export interface Lecture {
  readonly courseId: string;
  readonly moduleId: string;
  readonly lectureId: string;
}

interface UploadOptions {
  readonly mediaType?: string;
  readonly fileName?: string;
}

type Api = Pick<TestApp, 'url' | 'request' | 'get' | 'post'>;

/** Uploads and reads the files of lectures, as instructors and players do. */
export class ContentDesk {
  constructor(
    private readonly api: Api,
    private readonly instructor: Person,
  ) {}

  /** A lecture of a course that is on sale. */
  async lecture(changes: Partial<Record<string, unknown>> = { isPremium: false, price: 0 }): Promise<Lecture> {
    const course = await publishedCourse(this.api, this.instructor, changes);
    const [module] = course.modules;
    return { courseId: course.id, moduleId: module!.id, lectureId: module!.lectures[0]!.id };
  }

  async upload(
    lecture: Lecture,
    file: Buffer | string | AsyncIterable<Uint8Array>,
    { mediaType = 'video/mp4', fileName }: UploadOptions = {},
    token = this.instructor.token,
  ): Promise<Answer<UploadedContentDto & { code: string }>> {
    const response = await fetch(`${this.api.url}${pathOf(lecture, fileName)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': mediaType },
      body: file,
      ...(typeof file === 'string' || Buffer.isBuffer(file) ? {} : { duplex: 'half' }),
    });
    const body = (await response.json()) as UploadedContentDto & { code: string };
    return { status: response.status, headers: response.headers, body };
  }

  /** An upload by hand: announces a length and sends what it is told to. */
  async byHand(lecture: Lecture, length: number, mediaType = 'video/mp4'): Promise<Socket> {
    const { hostname, port } = new URL(this.api.url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => undefined);
    socket.write(
      `POST ${pathOf(lecture)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${this.instructor.token}\r\n` +
        `Content-Type: ${mediaType}\r\nContent-Length: ${length}\r\n\r\n`,
    );
    return socket;
  }

  /** What the course says of the lecture's file. */
  async shown({ courseId, lectureId }: Lecture): Promise<CourseDto['modules'][number]['lectures'][number]> {
    const course = expectStatus(200, await this.api.get<CourseDto>(`/courses/${courseId}`, this.instructor.token));
    return course.modules.flatMap(({ lectures }) => lectures).find(({ id }) => id === lectureId)!;
  }

  /** Where the file is, and the cookie that comes with it. */
  async address(lecture: Lecture, reader: Person): Promise<ContentAddressDto & { cookie: string }> {
    const answer = await this.ask(lecture, reader);
    const [cookie = ''] = answer.headers.getSetCookie();
    return { ...expectStatus(200, answer), cookie: cookie.split(';')[0]! };
  }

  ask({ courseId, lectureId }: Lecture, reader: Person): Promise<Answer<ContentAddressDto & { code: string }>> {
    return this.api.get(`/courses/${courseId}/lectures/${lectureId}/content`, reader.token);
  }

  /** The bytes of the lecture's file, as its instructor gets them. */
  async bytes(lecture: Lecture): Promise<Buffer> {
    const { url, cookie } = await this.address(lecture, this.instructor);
    const response = await fetch(url, { headers: { cookie } });
    if (response.status !== 200) throw new Error(`expected 200, got ${response.status}: ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }
}

export function pathOf({ courseId, moduleId, lectureId }: Lecture, fileName?: string): string {
  const query = fileName === undefined ? '' : `?fileName=${encodeURIComponent(fileName)}`;
  return `/api/courses/${courseId}/modules/${moduleId}/lectures/${lectureId}/content${query}`;
}

/** The files of a directory, none when it is not there. */
export function filesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

/** What an address is answered with. */
export async function load(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { headers, method });
  const body = Buffer.from(await response.arrayBuffer());
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const code = isProblem ? (JSON.parse(body.toString()) as { code: string }).code : undefined;
  return { status: response.status, headers: response.headers, body, code };
}
