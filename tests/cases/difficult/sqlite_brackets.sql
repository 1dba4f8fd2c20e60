-- Names in brackets and another database's word for counting.
CREATE TABLE [Member Card] ([Card No] integer PRIMARY KEY AUTO_INCREMENT, [Active] BOOL NULL, [1st Use] datetime);
CREATE TABLE [Use] ([id] integer PRIMARY KEY, [Card No] integer REFERENCES [Member Card] ([Card No]));
