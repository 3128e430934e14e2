-- CreateEnum
CREATE TYPE "enrollment_status" AS ENUM ('ACTIVE', 'COMPLETED', 'CANCELLED', 'SUSPENDED', 'EXPIRED', 'PENDING');

-- CreateEnum
CREATE TYPE "enrollment_type" AS ENUM ('FREE', 'PAID', 'SUBSCRIPTION', 'INVITATION_ONLY', 'WAITLIST');

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
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "enrollments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "enrollments_user_id_id_idx" ON "enrollments"("user_id", "id");

-- CreateIndex
CREATE INDEX "enrollments_course_id_id_idx" ON "enrollments"("course_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "enrollments_user_id_course_id_key" ON "enrollments"("user_id", "course_id");

-- AddForeignKey
ALTER TABLE "enrollments" ADD CONSTRAINT "enrollments_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "courses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "enrollments" ADD CONSTRAINT "enrollments_progress" CHECK ("progress" BETWEEN 0 AND 100);
