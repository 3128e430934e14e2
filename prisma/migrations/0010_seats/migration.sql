-- CreateEnum
CREATE TYPE "seat_status" AS ENUM ('LOCKED', 'PAID', 'CANCELLED', 'NO_SHOW');

-- CreateEnum
CREATE TYPE "seat_payment_method" AS ENUM ('PACKAGE', 'WALLET', 'CASH');

-- CreateEnum
CREATE TYPE "waitlist_status" AS ENUM ('WAITING', 'PROMOTED', 'LEFT', 'CLOSED');

-- CreateTable
CREATE TABLE "seats" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "student_id" TEXT NOT NULL,
    "start_time" TIMESTAMPTZ(3) NOT NULL,
    "end_time" TIMESTAMPTZ(3) NOT NULL,
    "status" "seat_status" NOT NULL,
    "payment_method" "seat_payment_method" NOT NULL,
    "amount" BIGINT NOT NULL,
    "tax" BIGINT NOT NULL DEFAULT 0,
    "currency" TEXT NOT NULL,
    "student_package_id" TEXT,
    "hold_id" TEXT,
    "paid_amount" BIGINT NOT NULL DEFAULT 0,
    "paid_tax" BIGINT NOT NULL DEFAULT 0,
    "paid_at" TIMESTAMPTZ(3),
    "given_back_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "checked_in_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,
    "booked_by" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session_settlements" (
    "session_id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "session_settlements_pkey" PRIMARY KEY ("session_id")
);

-- CreateTable
CREATE TABLE "waitlist_entries" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "student_id" TEXT NOT NULL,
    "status" "waitlist_status" NOT NULL DEFAULT 'WAITING',
    "seat_id" TEXT,
    "skipped_at" TIMESTAMPTZ(3),
    "skip_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "waitlist_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "waitlist_promotions" (
    "session_id" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "waitlist_promotions_pkey" PRIMARY KEY ("session_id")
);

-- CreateIndex
CREATE INDEX "seats_session_id_status_idx" ON "seats"("session_id", "status");

-- CreateIndex
CREATE INDEX "seats_student_id_id_idx" ON "seats"("student_id", "id");

-- CreateIndex
CREATE INDEX "seats_student_package_id_idx" ON "seats"("student_package_id");

-- CreateIndex
CREATE INDEX "waitlist_entries_student_id_id_idx" ON "waitlist_entries"("student_id", "id");

-- AddForeignKey
ALTER TABLE "seats" ADD CONSTRAINT "seats_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "class_sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "seats" ADD CONSTRAINT "seats_student_package_id_fkey" FOREIGN KEY ("student_package_id") REFERENCES "student_packages"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "waitlist_entries" ADD CONSTRAINT "waitlist_entries_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "class_sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "seats"
  ADD CONSTRAINT "seats_amounts" CHECK (
    "amount" >= 0 AND "tax" BETWEEN 0 AND "amount" AND "paid_amount" BETWEEN 0 AND "amount" AND "paid_tax" BETWEEN 0 AND "paid_amount"),
  ADD CONSTRAINT "seats_hold" CHECK ("hold_id" IS NULL OR ("payment_method" = 'WALLET' AND "amount" > 0)),
  ADD CONSTRAINT "seats_paid" CHECK ("status" <> 'PAID' OR "paid_at" IS NOT NULL),
  -- A student is in one place at a time.
  ADD CONSTRAINT "seats_overlap" EXCLUDE USING gist ("student_id" WITH =, tstzrange("start_time", "end_time") WITH &&)
    WHERE ("status" IN ('LOCKED', 'PAID'));
-- One live seat per student and session.
CREATE UNIQUE INDEX "seats_live" ON "seats" ("session_id", "student_id") WHERE "status" IN ('LOCKED', 'PAID');
CREATE INDEX "seats_undecided" ON "seats" ("id") WHERE "status" = 'LOCKED';
CREATE INDEX "session_settlements_due" ON "session_settlements" ("due_at");
ALTER TABLE "seats" ADD CONSTRAINT "seats_package" CHECK (("payment_method" = 'PACKAGE') = ("student_package_id" IS NOT NULL));
-- Who waits, in the order of their coming; once a session.
CREATE UNIQUE INDEX "waitlist_entries_waiting" ON "waitlist_entries" ("session_id", "student_id") WHERE "status" = 'WAITING';
CREATE INDEX "waitlist_entries_in_line" ON "waitlist_entries" ("session_id", "id") WHERE "status" = 'WAITING';
CREATE INDEX "waitlist_promotions_due" ON "waitlist_promotions" ("due_at");
