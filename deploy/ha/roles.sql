-- Once, on the primary, as postgres: psql -f roles.sql postgres
-- jobsite owns the tables: migrations, worker, commands and listeners, past the pooler. jobsite_web is the web processes'
-- through it. PgBouncer refuses options of a connection, so what they would set stands on the role: the limits of
-- jobsite/operations/time_limits.py and the planner's settings of jobsite/env.py.
CREATE ROLE jobsite LOGIN PASSWORD 'SECRET_OF_JOBSITE';
CREATE ROLE jobsite_web LOGIN PASSWORD 'SECRET_OF_WEB' IN ROLE jobsite;
ALTER ROLE jobsite_web SET lock_timeout = '3s';
ALTER ROLE jobsite_web SET statement_timeout = '10s';
ALTER ROLE jobsite_web SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE jobsite_web SET random_page_cost = 1.1;
ALTER ROLE jobsite_web SET jit = off;
ALTER ROLE jobsite_web SET max_parallel_workers_per_gather = 0;
ALTER ROLE jobsite_web SET plan_cache_mode = force_generic_plan;
CREATE DATABASE jobsite OWNER jobsite ENCODING UTF8 TEMPLATE template0;
