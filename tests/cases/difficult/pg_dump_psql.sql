-- What pg_dump writes around tables: psql's commands, rows as they are, keys at the end.
\restrict 3f6k
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE public.mood AS ENUM ('calm', 'very wild');
CREATE TABLE public."Owner" (
    id integer NOT NULL,
    mood public.mood DEFAULT 'calm'::public.mood NOT NULL,
    "Full Name" character varying(80)
);
ALTER TABLE public."Owner" OWNER TO keeper;
CREATE SEQUENCE public."Owner_id_seq" START WITH 1 INCREMENT BY 1 NO MINVALUE CACHE 1;
ALTER SEQUENCE public."Owner_id_seq" OWNED BY public."Owner".id;
CREATE TABLE public.pet (id bigint NOT NULL, owner_id integer);
ALTER TABLE ONLY public."Owner" ALTER COLUMN id SET DEFAULT nextval('public."Owner_id_seq"'::regclass);
COPY public."Owner" (id, mood, "Full Name") FROM stdin;
1	calm	it's; CREATE TABLE no (a int);
\.
ALTER TABLE ONLY public."Owner" ADD CONSTRAINT "Owner_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY public.pet ADD CONSTRAINT pet_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.pet
    ADD CONSTRAINT pet_owner_fkey FOREIGN KEY (owner_id) REFERENCES public."Owner"(id) ON DELETE SET NULL;
COMMENT ON TABLE public.pet IS 'an animal; of somebody''s';
\unrestrict 3f6k
