-- Rows that are only deleted in name, one of several that counts, one that is open: unique in some rows.
CREATE TYPE public.ticket_status AS ENUM ('open', 'waiting', 'closed');
CREATE TABLE public.member (
    id serial PRIMARY KEY,
    email character varying(200) NOT NULL,
    phone character varying(20) UNIQUE,
    deleted_at timestamp with time zone
);
CREATE TABLE public.address (
    id serial PRIMARY KEY,
    member_id integer NOT NULL REFERENCES public.member (id),
    street character varying(80) NOT NULL,
    is_primary boolean NOT NULL
);
CREATE TABLE public.ticket (
    id serial PRIMARY KEY,
    member_id integer NOT NULL REFERENCES public.member (id),
    code character varying(20) NOT NULL,
    kind character varying(9),
    status public.ticket_status DEFAULT 'open'::public.ticket_status NOT NULL,
    CONSTRAINT closed_kinds CHECK (((status <> 'closed'::public.ticket_status) OR (kind IS NOT NULL)))
);
CREATE TABLE public.currency (
    id serial PRIMARY KEY,
    iso character varying(3) NOT NULL,
    is_default boolean DEFAULT false NOT NULL
);
CREATE UNIQUE INDEX member_email ON public.member USING btree (email) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX member_mail ON public.member USING btree (lower((email)::text)) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX address_primary ON public.address USING btree (member_id) WHERE is_primary;
CREATE UNIQUE INDEX ticket_open ON public.ticket USING btree (member_id, code) WHERE (status = 'open'::public.ticket_status);
CREATE UNIQUE INDEX ticket_kind ON public.ticket USING btree (code) WHERE ((kind)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]));
CREATE UNIQUE INDEX currency_default ON public.currency USING btree (is_default) WHERE is_default;
CREATE INDEX currency_others ON public.currency USING btree (iso) WHERE (NOT is_default);
CREATE UNIQUE INDEX member_soon ON public.member USING btree (email) WHERE (deleted_at > now());
