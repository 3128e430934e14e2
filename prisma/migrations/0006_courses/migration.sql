-- CreateEnum
CREATE TYPE "course_level" AS ENUM ('BEGINNER', 'INTERMEDIATE', 'ADVANCED', 'ALL_LEVELS');

-- CreateEnum
CREATE TYPE "course_admission" AS ENUM ('OPEN', 'INVITATION_ONLY');

-- CreateEnum
CREATE TYPE "course_status" AS ENUM ('DRAFT', 'PUBLISHED', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "lecture_kind" AS ENUM ('LESSON', 'QUIZ');

-- CreateEnum
CREATE TYPE "access_grant_source" AS ENUM ('ENROLLMENT', 'SUBSCRIPTION', 'LICENSE');

-- CreateTable
CREATE TABLE "courses" (
    "id" TEXT NOT NULL,
    "instructor_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "short_description" TEXT NOT NULL DEFAULT '',
    "thumbnail" TEXT,
    "level" "course_level" NOT NULL DEFAULT 'ALL_LEVELS',
    "category" TEXT NOT NULL,
    "duration" INTEGER NOT NULL DEFAULT 0,
    "is_premium" BOOLEAN NOT NULL,
    "price" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" "course_status" NOT NULL DEFAULT 'DRAFT',
    "share_basis_points" INTEGER NOT NULL DEFAULT 7000,
    "keep_access_on_refund" BOOLEAN NOT NULL DEFAULT false,
    "completion_tokens" INTEGER,
    "enrollment_count" INTEGER NOT NULL DEFAULT 0,
    "admission" "course_admission" NOT NULL DEFAULT 'OPEN',
    "capacity" INTEGER,
    "rating_sum" INTEGER NOT NULL DEFAULT 0,
    "rating_count" INTEGER NOT NULL DEFAULT 0,
    "rating" INTEGER NOT NULL DEFAULT 0,
    "published_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "courses_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "course_prices" (
    "course_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "course_prices_pkey" PRIMARY KEY ("course_id","currency")
);

-- CreateTable
CREATE TABLE "course_modules" (
    "id" TEXT NOT NULL,
    "course_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "course_modules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lectures" (
    "id" TEXT NOT NULL,
    "module_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" "lecture_kind" NOT NULL DEFAULT 'LESSON',
    "is_preview" BOOLEAN NOT NULL DEFAULT false,
    "pass_mark" INTEGER,

    CONSTRAINT "lectures_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lecture_contents" (
    "lecture_id" TEXT NOT NULL,
    "storage_key" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "checksum" TEXT NOT NULL,
    "uploaded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lecture_contents_pkey" PRIMARY KEY ("lecture_id")
);

-- CreateTable
CREATE TABLE "stored_objects" (
    "key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stored_objects_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "quiz_questions" (
    "id" TEXT NOT NULL,
    "lecture_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "prompt" TEXT NOT NULL,
    "choices" JSONB NOT NULL,

    CONSTRAINT "quiz_questions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_grants" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "course_id" TEXT NOT NULL,
    "source" "access_grant_source" NOT NULL,
    "source_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "access_grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "catalogue_versions" (
    "stripe" INTEGER NOT NULL,
    "version" BIGINT NOT NULL,

    CONSTRAINT "catalogue_versions_pkey" PRIMARY KEY ("stripe")
);

-- CreateIndex
CREATE INDEX "courses_instructor_id_id_idx" ON "courses"("instructor_id", "id");

-- CreateIndex
CREATE INDEX "courses_status_published_at_id_idx" ON "courses"("status", "published_at", "id");

-- CreateIndex
CREATE INDEX "courses_status_currency_price_id_idx" ON "courses"("status", "currency", "price", "id");

-- CreateIndex
CREATE INDEX "courses_status_enrollment_count_id_idx" ON "courses"("status", "enrollment_count", "id");

-- CreateIndex
CREATE INDEX "courses_status_rating_id_idx" ON "courses"("status", "rating", "id");

-- CreateIndex
CREATE INDEX "courses_category_idx" ON "courses"("category");

-- CreateIndex
CREATE INDEX "course_prices_currency_amount_course_id_idx" ON "course_prices"("currency", "amount", "course_id");

-- CreateIndex
CREATE INDEX "course_modules_course_id_position_idx" ON "course_modules"("course_id", "position");

-- CreateIndex
CREATE INDEX "lectures_module_id_position_idx" ON "lectures"("module_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "lecture_contents_storage_key_key" ON "lecture_contents"("storage_key");

-- CreateIndex
CREATE INDEX "stored_objects_created_at_idx" ON "stored_objects"("created_at");

-- CreateIndex
CREATE INDEX "quiz_questions_lecture_id_position_idx" ON "quiz_questions"("lecture_id", "position");

-- CreateIndex
CREATE INDEX "access_grants_user_id_course_id_idx" ON "access_grants"("user_id", "course_id");

-- CreateIndex
CREATE UNIQUE INDEX "access_grants_source_source_id_user_id_course_id_key" ON "access_grants"("source", "source_id", "user_id", "course_id");

-- AddForeignKey
ALTER TABLE "courses" ADD CONSTRAINT "courses_instructor_id_fkey" FOREIGN KEY ("instructor_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "course_prices" ADD CONSTRAINT "course_prices_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "courses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "course_modules" ADD CONSTRAINT "course_modules_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "courses"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lectures" ADD CONSTRAINT "lectures_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "course_modules"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lecture_contents" ADD CONSTRAINT "lecture_contents_lecture_id_fkey" FOREIGN KEY ("lecture_id") REFERENCES "lectures"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quiz_questions" ADD CONSTRAINT "quiz_questions_lecture_id_fkey" FOREIGN KEY ("lecture_id") REFERENCES "lectures"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "courses"
  ADD CONSTRAINT "courses_price" CHECK ("is_premium" = ("price" > 0) AND "price" >= 0),
  ADD CONSTRAINT "courses_share" CHECK ("share_basis_points" BETWEEN 0 AND 10000),
  ADD CONSTRAINT "courses_completion_tokens" CHECK ("completion_tokens" >= 0),
  ADD CONSTRAINT "courses_capacity" CHECK ("capacity" > 0),
  ADD CONSTRAINT "courses_rating" CHECK ("rating_count" >= 0 AND "rating_sum" BETWEEN "rating_count" AND 5 * "rating_count");

ALTER TABLE "lectures" ADD CONSTRAINT "lectures_pass_mark" CHECK (("kind" = 'QUIZ') = ("pass_mark" IS NOT NULL) AND "pass_mark" BETWEEN 1 AND 100);

ALTER TABLE "course_prices" ADD CONSTRAINT "course_prices_amount" CHECK ("amount" > 0);

-- Titles in the order that people expect on every system: case and accents aside, and "Part 2" before "Part 10".
CREATE COLLATION "natural_order" (provider = icu, locale = 'und-u-kn-true');
CREATE INDEX "courses_status_title_id_idx" ON "courses"("status", "title" COLLATE "natural_order", "id");

-- Free courses stand at 0 in the price order of every currency.
CREATE INDEX "courses_status_id_free_idx" ON "courses"("status", "id") WHERE NOT "is_premium";

-- All that published courses are filtered by, so that what a filter leaves is counted without a look at their long texts.
CREATE INDEX "courses_published_idx" ON "courses"("category", "level", "is_premium", "currency", "price", "rating", "instructor_id",
  "enrollment_count", "published_at", "id") WHERE "status" = 'PUBLISHED';

-- What a keyword is looked up in: whole words, in lower case. PostgreSQL would take "HTML/CSS" for a path and "node.js" for a host, so what
-- is no part of a word is blanked first; src/courses/catalogue/keyword.ts takes keywords apart at the same characters.
-- A word of the title (weight A) counts for more than one of the description.
CREATE FUNCTION course_words(written text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT RETURN to_tsvector('simple', translate(written,
  E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\u00A0\u00A1\u00AB\u00B7\u00BB\u00BF\u060C\u061B\u061F\u2009\u2013\u2014\u2018\u2019\u201C\u201D\u2022\u2026\u202F\u3000\u3001\u3002',
  repeat(' ', 60)));
ALTER TABLE "courses" ADD COLUMN "search" TSVECTOR NOT NULL GENERATED ALWAYS AS (
  setweight(course_words("title"), 'A') || course_words("description")) STORED;
CREATE INDEX "courses_search_idx" ON "courses" USING GIN ("search");

-- A version of what public lists show, that changes in the transaction of whatever changes it: who reads the version and then the list can
-- keep the list for as long as the version stands. Snapshots see transactions in one order, so equal sums mean the same transactions. At
-- the transaction's end and once, so that no lock is waited for behind this one.
CREATE FUNCTION catalogue_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('bursar.catalogue_changed', true), '') = '' THEN
    INSERT INTO catalogue_versions AS v (stripe, version) VALUES (pg_backend_pid() % 64, 1)
    ON CONFLICT (stripe) DO UPDATE SET version = v.version + 1;
    PERFORM set_config('bursar.catalogue_changed', 'true', true);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER courses_listed AFTER INSERT ON "courses" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."status" = 'PUBLISHED') EXECUTE FUNCTION catalogue_changed();
CREATE CONSTRAINT TRIGGER courses_list_changed AFTER UPDATE ON "courses" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN ('PUBLISHED' IN (OLD."status", NEW."status")) EXECUTE FUNCTION catalogue_changed();
CREATE CONSTRAINT TRIGGER courses_unlisted AFTER DELETE ON "courses" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD."status" = 'PUBLISHED') EXECUTE FUNCTION catalogue_changed();
CREATE CONSTRAINT TRIGGER course_prices_changed AFTER INSERT OR UPDATE OR DELETE ON "course_prices" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION catalogue_changed();
-- Lists show who teaches.
CREATE CONSTRAINT TRIGGER instructors_changed AFTER UPDATE ON "users" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN ((OLD."name", OLD."profile_picture") IS DISTINCT FROM (NEW."name", NEW."profile_picture"))
  EXECUTE FUNCTION catalogue_changed();
