-- CreateEnum
CREATE TYPE "student_package_status" AS ENUM ('ACTIVE', 'EXHAUSTED', 'REFUNDED');

-- CreateTable
CREATE TABLE "class_packages" (
    "id" TEXT NOT NULL,
    "class_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "session_count" INTEGER NOT NULL,
    "price" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "class_packages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "student_packages" (
    "id" TEXT NOT NULL,
    "package_id" TEXT NOT NULL,
    "class_id" TEXT NOT NULL,
    "student_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "payment_session_id" TEXT NOT NULL,
    "session_count" INTEGER NOT NULL,
    "remaining_sessions" INTEGER NOT NULL,
    "refunded_sessions" INTEGER NOT NULL DEFAULT 0,
    "status" "student_package_status" NOT NULL DEFAULT 'ACTIVE',
    "suspended" BOOLEAN NOT NULL DEFAULT false,
    "revoked_at" TIMESTAMPTZ(3),
    "paid" BIGINT NOT NULL,
    "tax" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "net_left" BIGINT NOT NULL,
    "tax_left" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "student_packages_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "class_packages_class_id_idx" ON "class_packages"("class_id");

-- CreateIndex
CREATE UNIQUE INDEX "student_packages_payment_session_id_key" ON "student_packages"("payment_session_id");

-- CreateIndex
CREATE INDEX "student_packages_student_id_id_idx" ON "student_packages"("student_id", "id");

-- CreateIndex
CREATE INDEX "student_packages_class_id_idx" ON "student_packages"("class_id");

-- AddForeignKey
ALTER TABLE "class_packages" ADD CONSTRAINT "class_packages_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "student_packages" ADD CONSTRAINT "student_packages_package_id_fkey" FOREIGN KEY ("package_id") REFERENCES "class_packages"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "student_packages" ADD CONSTRAINT "student_packages_class_id_fkey" FOREIGN KEY ("class_id") REFERENCES "classes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "class_packages" ADD CONSTRAINT "class_packages_amounts" CHECK ("session_count" > 0 AND "price" >= 0);
ALTER TABLE "student_packages"
  ADD CONSTRAINT "student_packages_credits" CHECK (
    "remaining_sessions" >= 0 AND "refunded_sessions" >= 0 AND "remaining_sessions" + "refunded_sessions" <= "session_count"),
  ADD CONSTRAINT "student_packages_amounts" CHECK (
    "tax" BETWEEN 0 AND "paid" AND "net_left" BETWEEN 0 AND "paid" - "tax" AND "tax_left" BETWEEN 0 AND "tax"),
  ADD CONSTRAINT "student_packages_status" CHECK ("status" = 'REFUNDED' OR ("status" = 'EXHAUSTED') = ("remaining_sessions" = 0)),
  -- The last credit takes all that is left.
  ADD CONSTRAINT "student_packages_exhausted" CHECK ("status" <> 'EXHAUSTED' OR ("net_left" = 0 AND "tax_left" = 0));
-- What booking looks for: the oldest one with a credit.
CREATE INDEX "student_packages_usable" ON "student_packages" ("student_id", "class_id", "id") WHERE "status" = 'ACTIVE';
