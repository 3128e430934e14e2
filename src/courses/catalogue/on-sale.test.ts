import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus, publishedCourse } from '../../../test/support/school.js';
import { CourseDesk, type Fields, minimal, type Problem } from '../../../test/support/course-desk.js';

let app: TestApp;
let admin: Person;
let instructor: Person;
let desk: CourseDesk;
let other: Person;
let student: Person;
beforeAll(async () => {
  app = await startTestApp();
  [admin, instructor, other, student] = await Promise.all([
    person(app, 'ADMIN'),
    person(app, 'INSTRUCTOR'),
    person(app, 'INSTRUCTOR'),
    person(app),
  ]);
  desk = new CourseDesk(app, instructor);
});
afterAll(() => app.close());

describe('a course goes on sale and off it', () => {
  it('not before it has a lecture', async () => {
    const { id } = await desk.created();
    const empty = { status: 400, body: { code: 'COURSE_EMPTY' } };
    expect(await desk.send<Problem>('POST', `${id}/publish`)).toMatchObject(empty);
    const { body } = await desk.send('POST', `${id}/modules`, { title: 'One' });
    expect(await desk.send<Problem>('POST', `${id}/publish`)).toMatchObject(empty);
    expect((await desk.read(id)).body.status).toBe('DRAFT');
    await desk.send('POST', `${id}/modules/${body.modules[0]!.id}/lectures`, { title: 'Habari' });
    expect(await desk.send('POST', `${id}/publish`)).toMatchObject({
      status: 200,
      body: { status: 'PUBLISHED', publishedAt: expect.any(String) },
    });
  });

  it('once: publishing again is harmless', async () => {
    const course = await publishedCourse(app, instructor);
    app.clock.advance(60);
    expect(await desk.send('POST', `${course.id}/publish`)).toMatchObject({ status: 200, body: course });
  });

  it('stays readable and editable by its own when published', async () => {
    const course = await publishedCourse(app, instructor);
    expect((await desk.read(course.id, student)).body).toEqual(course);
    expect((await desk.send('PATCH', course.id, { price: 1 })).body.price).toBe(1);
  });

  it('and is closed to every change once archived', async () => {
    const course = await publishedCourse(app, instructor);
    expect(await desk.send('POST', `${course.id}/archive`)).toMatchObject({
      status: 200,
      body: { status: 'ARCHIVED' },
    });
    const { body: archived } = await desk.read(course.id);
    const module = course.modules[0]!;
    const changes: [string, string, Fields?][] = [
      ['PUT', course.id, minimal],
      ['PATCH', course.id, { title: 'x' }],
      ['POST', `${course.id}/publish`],
      ['POST', `${course.id}/modules`, { title: 'x' }],
      ['PATCH', `${course.id}/modules/${module.id}`, { title: 'x' }],
      ['DELETE', `${course.id}/modules/${module.id}`],
      ['POST', `${course.id}/modules/${module.id}/lectures`, { title: 'x' }],
      ['PATCH', `${course.id}/modules/${module.id}/lectures/${module.lectures[0]!.id}`, { title: 'x' }],
      ['DELETE', `${course.id}/modules/${module.id}/lectures/${module.lectures[0]!.id}`],
    ];
    for (const [method, path, body] of changes) {
      expect(await desk.send<Problem>(method, path, body)).toMatchObject({
        status: 400,
        body: { code: 'COURSE_ARCHIVED' },
      });
    }
    expect((await desk.read(course.id)).body).toEqual(archived);
    expect((await desk.read(course.id, student)).status).toBe(404);
    expect((await desk.read(course.id, admin)).status).toBe(200);
  });
});

describe('archiving again', () => {
  it.each(['archive', 'delete'])('is harmless: %s', async (how) => {
    const course = await publishedCourse(app, instructor);
    const { body: archived } = await desk.send('POST', `${course.id}/archive`);
    app.clock.advance(60);
    const again =
      how === 'archive' ? await desk.send('POST', `${course.id}/archive`) : await desk.send('DELETE', course.id);
    expect([again.status, again.body]).toEqual(how === 'archive' ? [200, archived] : [204, undefined]);
    expect((await desk.read(course.id)).body).toEqual(archived);
    const rows = await sql(
      app.database,
      'SELECT updated_at - created_at < $2 AS untouched FROM courses WHERE id = $1',
      [course.id, '60 seconds'],
    );
    expect(rows).toEqual([{ untouched: true }]);
  });

  it('is as good as the first time when both come at once', async () => {
    const course = await publishedCourse(app, instructor);
    const answers = await Promise.all([1, 2, 3].map(() => desk.send('POST', `${course.id}/archive`)));
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(Array(3).fill([200, 'ARCHIVED']));
  });

  it('is nothing to somebody else', async () => {
    const course = await publishedCourse(app, instructor);
    await desk.send('POST', `${course.id}/archive`);
    expect((await desk.send('POST', `${course.id}/archive`, undefined, other)).status).toBe(404);
    expect((await desk.send('DELETE', course.id, undefined, other)).status).toBe(404);
  });
});

describe('deleting a course', () => {
  it('removes a draft with all that is in it', async () => {
    const { id } = await desk.created();
    const { body } = await desk.send('POST', `${id}/modules`, { title: 'One' });
    const module = body.modules[0]!;
    await desk.send('POST', `${id}/modules/${module.id}/lectures`, { title: 'Habari' });
    expect(await desk.send('DELETE', id)).toMatchObject({ status: 204, body: undefined });
    expect((await desk.read(id, admin)).status).toBe(404);
    expect(await sql(app.database, 'SELECT 1 FROM course_modules WHERE course_id = $1', [id])).toEqual([]);
    expect(await sql(app.database, 'SELECT 1 FROM lectures WHERE module_id = $1', [module.id])).toEqual([]);
    expect((await desk.send('DELETE', id)).status).toBe(404);
  });

  it('archives a published one: whoever is enrolled keeps it', async () => {
    const { id } = await publishedCourse(app, instructor, { isPremium: false, price: 0 });
    expectStatus(201, await app.post('/enrollments', { courseId: id }, student.token));
    expect((await desk.send('DELETE', id)).status).toBe(204);
    expect((await desk.read(id)).body).toMatchObject({ status: 'ARCHIVED' });
    expect((await app.get(`/enrollments/course/${id}`, student.token)).status).toBe(200);
    expect((await app.post('/enrollments', { courseId: id }, other.token)).status).toBe(404);
  });
});

describe('a course belongs to its instructor', () => {
  it('somebody else finds nothing there, neither to change nor, as a draft, to read; an admin may do all', async () => {
    const draft = await desk.created();
    const published = await publishedCourse(app, instructor);
    const module = published.modules[0]!;
    const lecture = `modules/${module.id}/lectures/${module.lectures[0]!.id}`;
    for (const course of [draft, published]) {
      const writes: [string, string, Fields?][] = [
        ['PUT', '', minimal],
        ['PATCH', '', { title: 'stolen' }],
        ['DELETE', ''],
        ['POST', '/publish'],
        ['POST', '/archive'],
        ['POST', '/modules', { title: 'x' }],
        ['PATCH', `/modules/${module.id}`, { title: 'x' }],
        ['DELETE', `/modules/${module.id}`],
        ['POST', `/modules/${module.id}/lectures`, { title: 'x' }],
        ['PATCH', `/${lecture}`, { title: 'x' }],
        ['DELETE', `/${lecture}`],
      ];
      for (const [method, path, body] of writes) {
        const route = `${course.id}${path}`;
        expect(await desk.send<Problem>(method, route, body, other)).toMatchObject({
          status: 404,
          body: { code: 'NOT_FOUND' },
        });
        expect(await desk.send<Problem>(method, route, body, student)).toMatchObject({
          status: 403,
          body: { code: 'FORBIDDEN' },
        });
        expect((await app.request(method, `/courses/${route}`, { body })).status).toBe(401);
      }
      expect((await desk.read(course.id)).body).toEqual(course);
    }
    expect([(await desk.read(draft.id, other)).status, (await desk.read(draft.id, student)).status]).toEqual([
      404, 404,
    ]);
    expect((await desk.read(published.id, other)).status).toBe(200);
    expect((await desk.create({}, student)).status).toBe(403);
    expect(await desk.send('PATCH', draft.id, { title: 'By the admin' }, admin)).toMatchObject({
      status: 200,
      body: { title: 'By the admin', instructor: { id: instructor.id } },
    });
  });

  it('a course that does not exist is not there for anyone', async () => {
    expect((await desk.read('crs_unknown', admin)).status).toBe(404);
    expect((await desk.send('PATCH', 'crs_unknown', { title: 'x' }, admin)).status).toBe(404);
  });
});
