-- Books a seat against the student's wallet, in one round trip: what decides is refused by what it reads; who comes second in a race is
-- refused by constraints and conditions, which end the statement and undo it. Locks, in this order: the wallet (by the hold), the seat,
-- the session's counter.
-- Answers BOOKED with the seat, its session and what names its class (again for the same key), or why not: NOT_FOUND, CLOSED, ENROLLED,
-- OVERLAPS, FULL.
-- Raises SB001 when the race for the seat was lost and SB002 when the session has just moved; the ledger raises for want of money.
CREATE OR REPLACE FUNCTION seat_book(
  p_seat_id text,
  p_hold_id text,
  p_session_id text,
  p_student_id text,
  p_key text,
  p_at timestamptz,
  p_messages jsonb,
  OUT outcome text,
  OUT seat seats,
  OUT session class_sessions,
  OUT class_name text,
  OUT class_subject text
) LANGUAGE plpgsql AS $$
BEGIN
  SELECT * INTO session FROM class_sessions WHERE id = p_session_id;
  IF NOT FOUND THEN
    outcome := 'NOT_FOUND';
    RETURN;
  END IF;
  SELECT name, subject INTO class_name, class_subject FROM classes WHERE id = session.class_id;
  -- A seat in this very session counts also while it has not followed the session to another time.
  SELECT * INTO seat FROM seats
  WHERE student_id = p_student_id AND status IN ('LOCKED', 'PAID')
    AND (session_id = p_session_id OR tstzrange(start_time, end_time) && tstzrange(session.start_time, session.end_time))
  ORDER BY session_id = p_session_id DESC LIMIT 1;
  IF FOUND THEN
    outcome := CASE
      WHEN seat.session_id <> p_session_id THEN 'OVERLAPS'
      WHEN seat.idempotency_key = p_key THEN 'BOOKED'
      ELSE 'ENROLLED' END;
    RETURN;
  END IF;
  IF session.status <> 'SCHEDULED' OR session.start_time <= p_at THEN
    outcome := 'CLOSED';
    RETURN;
  END IF;
  IF session.taken >= session.capacity THEN
    outcome := 'FULL';
    RETURN;
  END IF;

  IF session.price > 0 THEN
    PERFORM ledger_place_hold(p_hold_id, 'liability:wallet:' || p_student_id, session.currency, session.price, p_seat_id, p_at);
  END IF;
  INSERT INTO seats (id, session_id, student_id, start_time, end_time, status, payment_method, amount, tax, currency, hold_id, paid_at,
    booked_by, idempotency_key, created_at, updated_at)
  VALUES (p_seat_id, p_session_id, p_student_id, session.start_time, session.end_time,
    CASE WHEN session.price > 0 THEN 'LOCKED' ELSE 'PAID' END::seat_status, 'WALLET', session.price, session.tax, session.currency,
    CASE WHEN session.price > 0 THEN p_hold_id END, CASE WHEN session.price > 0 THEN NULL ELSE p_at END,
    p_student_id, p_key, p_at, p_at)
  ON CONFLICT DO NOTHING
  RETURNING * INTO seat;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the student has just taken a seat at that time' USING ERRCODE = 'SB001';
  END IF;
  -- Contends on the session's row: capacity is part of the condition, and a CHECK stands behind it.
  UPDATE class_sessions SET taken = taken + 1
  WHERE id = p_session_id AND status = 'SCHEDULED' AND taken < capacity
    AND (start_time, end_time, price, tax) = (session.start_time, session.end_time, session.price, session.tax);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session is full or has moved' USING ERRCODE = 'SB002';
  END IF;
  INSERT INTO outbox_messages (id, event_id, event_name, subscriber, payload, occurred_at, available_at)
  SELECT m.id, m."eventId", m."eventName", m.subscriber, m.payload, p_at, p_at
  FROM jsonb_to_recordset(p_messages) AS m(id text, "eventId" text, "eventName" text, subscriber text, payload jsonb);
  outcome := 'BOOKED';
END $$;
