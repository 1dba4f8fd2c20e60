-- A key of two columns, one of which is always there and the other is not: each tenant's own tree.
CREATE TABLE tenant_page (
    tenant_id int NOT NULL,
    id int NOT NULL,
    parent_id int,
    title text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, parent_id) REFERENCES tenant_page (tenant_id, id)
);
CREATE TABLE tenant_note (
    id serial PRIMARY KEY,
    tenant_id int NOT NULL,
    page_id int,
    FOREIGN KEY (tenant_id, page_id) REFERENCES tenant_page (tenant_id, id) ON DELETE SET NULL
);
