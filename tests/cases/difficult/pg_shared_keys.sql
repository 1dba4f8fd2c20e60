-- Keys that have a part in common: rows that a row refers to have to be of one tenant.
CREATE TABLE tenant (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE customer (
    tenant_id integer NOT NULL REFERENCES tenant,
    id integer NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE product (
    tenant_id integer NOT NULL REFERENCES tenant,
    sku varchar(20) NOT NULL,
    PRIMARY KEY (tenant_id, sku)
);
CREATE TABLE basket (
    tenant_id integer NOT NULL,
    number integer NOT NULL,
    customer_id integer NOT NULL,
    PRIMARY KEY (tenant_id, number),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
);
CREATE TABLE basket_line (
    tenant integer NOT NULL,
    basket integer NOT NULL,
    sku varchar(20) NOT NULL,
    gift_for integer,
    amount integer NOT NULL CHECK (amount > 0),
    PRIMARY KEY (tenant, basket, sku),
    FOREIGN KEY (tenant, basket) REFERENCES basket (tenant_id, number) ON DELETE CASCADE,
    FOREIGN KEY (tenant, sku) REFERENCES product (tenant_id, sku),
    FOREIGN KEY (tenant, gift_for) REFERENCES customer (tenant_id, id)
);
-- the same customer twice removed
CREATE TABLE complaint (
    id serial PRIMARY KEY,
    tenant_id integer NOT NULL,
    customer_id integer NOT NULL,
    basket_number integer NOT NULL,
    words text NOT NULL,
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
    FOREIGN KEY (tenant_id, basket_number) REFERENCES basket (tenant_id, number)
);
