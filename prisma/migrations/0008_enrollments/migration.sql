-- CreateEnum
CREATE TYPE "bundle_kind" AS ENUM ('BUNDLE', 'LEARNING_PATH');

-- CreateEnum
CREATE TYPE "enrollment_status" AS ENUM ('ACTIVE', 'COMPLETED', 'CANCELLED', 'SUSPENDED', 'EXPIRED', 'PENDING');

-- CreateEnum
CREATE TYPE "enrollment_type" AS ENUM ('FREE', 'PAID', 'SUBSCRIPTION', 'LICENSE', 'INVITATION_ONLY', 'WAITLIST');

-- CreateEnum
CREATE TYPE "enrollment_source" AS ENUM ('DIRECT', 'REFERRAL', 'PROMOTION', 'BUNDLE', 'LEARNING_PATH', 'LICENSE');

-- CreateEnum
CREATE TYPE "enrollment_payment_status" AS ENUM ('FREE', 'PENDING', 'PAID', 'REFUNDED');

-- CreateTable
CREATE TABLE "enrollments" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "course_id" TEXT NOT NULL,
    "status" "enrollment_status" NOT NULL DEFAULT 'ACTIVE',
    "type" "enrollment_type" NOT NULL,
    "source" "enrollment_source" NOT NULL DEFAULT 'DIRECT',
    "payment_status" "enrollment_payment_status" NOT NULL,
    "payment_session_id" TEXT,
    "amount" BIGINT NOT NULL DEFAULT 0,
    "amount_paid" BIGINT NOT NULL DEFAULT 0,
    "discount_applied" BIGINT NOT NULL DEFAULT 0,
    "currency" TEXT NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "progress" INTEGER NOT NULL DEFAULT 0,
    "current_lecture_id" TEXT,
    "total_time_spent" INTEGER NOT NULL DEFAULT 0,
    "time_counted_until" TIMESTAMPTZ(3),
    "streak_days" INTEGER NOT NULL DEFAULT 0,
    "last_study_day" TEXT,
    "last_accessed_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "waiting_since" TIMESTAMPTZ(3),
    "offered_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "enrollments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lecture_completions" (
    "enrollment_id" TEXT NOT NULL,
    "lecture_id" TEXT NOT NULL,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lecture_completions_pkey" PRIMARY KEY ("enrollment_id","lecture_id")
);

-- CreateTable
CREATE TABLE "quiz_attempts" (
    "id" TEXT NOT NULL,
    "enrollment_id" TEXT NOT NULL,
    "lecture_id" TEXT NOT NULL,
    "answers" JSONB NOT NULL,
    "right" INTEGER NOT NULL,
    "questions" INTEGER NOT NULL,
    "passed" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "quiz_attempts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificates" (
    "serial" TEXT NOT NULL,
    "enrollment_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "course_id" TEXT NOT NULL,
    "student_name" TEXT NOT NULL,
    "course_title" TEXT NOT NULL,
    "instructor_name" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "certificates_pkey" PRIMARY KEY ("serial")
);

-- CreateTable
CREATE TABLE "reviews" (
    "id" TEXT NOT NULL,
    "course_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "rating" INTEGER NOT NULL,
    "text" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reviews_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "course_invitations" (
    "id" TEXT NOT NULL,
    "course_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "invited_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_by" TEXT,
    "accepted_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "course_invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bundles" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "kind" "bundle_kind" NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "price" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "bundles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bundle_courses" (
    "bundle_id" TEXT NOT NULL,
    "course_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "bundle_courses_pkey" PRIMARY KEY ("bundle_id","course_id")
);

-- CreateTable
CREATE TABLE "bundle_prices" (
    "bundle_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "bundle_prices_pkey" PRIMARY KEY ("bundle_id","currency")
);

-- CreateIndex
CREATE INDEX "enrollments_payment_session_id_idx" ON "enrollments"("payment_session_id");

-- CreateIndex
CREATE INDEX "enrollments_user_id_id_idx" ON "enrollments"("user_id", "id");

-- CreateIndex
CREATE INDEX "enrollments_course_id_id_idx" ON "enrollments"("course_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "enrollments_user_id_course_id_key" ON "enrollments"("user_id", "course_id");

-- CreateIndex
CREATE INDEX "quiz_attempts_enrollment_id_lecture_id_id_idx" ON "quiz_attempts"("enrollment_id", "lecture_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "certificates_enrollment_id_key" ON "certificates"("enrollment_id");

-- CreateIndex
CREATE INDEX "reviews_course_id_id_idx" ON "reviews"("course_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "reviews_user_id_course_id_key" ON "reviews"("user_id", "course_id");

-- CreateIndex
CREATE UNIQUE INDEX "course_invitations_code_hash_key" ON "course_invitations"("code_hash");

-- CreateIndex
CREATE INDEX "course_invitations_course_id_id_idx" ON "course_invitations"("course_id", "id");

-- CreateIndex
CREATE INDEX "bundles_owner_id_id_idx" ON "bundles"("owner_id", "id");

-- CreateIndex
CREATE INDEX "bundles_archived_at_id_idx" ON "bundles"("archived_at", "id");

-- CreateIndex
CREATE INDEX "bundle_courses_course_id_idx" ON "bundle_courses"("course_id");

-- AddForeignKey
ALTER TABLE "enrollments" ADD CONSTRAINT "enrollments_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "courses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lecture_completions" ADD CONSTRAINT "lecture_completions_enrollment_id_fkey" FOREIGN KEY ("enrollment_id") REFERENCES "enrollments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quiz_attempts" ADD CONSTRAINT "quiz_attempts_enrollment_id_fkey" FOREIGN KEY ("enrollment_id") REFERENCES "enrollments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_enrollment_id_fkey" FOREIGN KEY ("enrollment_id") REFERENCES "enrollments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "courses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "course_invitations" ADD CONSTRAINT "course_invitations_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "courses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundles" ADD CONSTRAINT "bundles_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundle_courses" ADD CONSTRAINT "bundle_courses_bundle_id_fkey" FOREIGN KEY ("bundle_id") REFERENCES "bundles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundle_courses" ADD CONSTRAINT "bundle_courses_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "courses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bundle_prices" ADD CONSTRAINT "bundle_prices_bundle_id_fkey" FOREIGN KEY ("bundle_id") REFERENCES "bundles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "enrollments" ADD CONSTRAINT "enrollments_progress" CHECK ("progress" BETWEEN 0 AND 100);

ALTER TABLE "reviews" ADD CONSTRAINT "reviews_rating" CHECK ("rating" BETWEEN 1 AND 5);
ALTER TABLE "bundles" ADD CONSTRAINT "bundles_price" CHECK ("price" > 0);
ALTER TABLE "bundle_prices" ADD CONSTRAINT "bundle_prices_amount" CHECK ("amount" > 0);

-- Nobody waits for a place, or is offered one, who has it; and who is offered one waits no longer.
ALTER TABLE "enrollments" ADD CONSTRAINT "enrollments_waiting" CHECK (
    CASE WHEN "status" = 'PENDING' THEN num_nonnulls("waiting_since", "offered_until") <= 1 ELSE num_nonnulls("waiting_since", "offered_until") = 0 END);
-- An invitation is accepted or withdrawn, once.
ALTER TABLE "course_invitations" ADD CONSTRAINT "course_invitations_end" CHECK (
    ("accepted_by" IS NULL) = ("accepted_at" IS NULL) AND num_nonnulls("accepted_at", "withdrawn_at") <= 1);

-- Who waits for a place, in order, and whose time to take it is over.
CREATE INDEX "enrollments_waiting_idx" ON "enrollments"("course_id", "waiting_since", "id") WHERE "status" = 'PENDING' AND "waiting_since" IS NOT NULL;
CREATE INDEX "enrollments_offered_until_idx" ON "enrollments"("offered_until") WHERE "offered_until" IS NOT NULL;
