-- Types and columns of SQL Server's own: kept plainer, or named where they are left out.
CREATE TYPE [dbo].[Name] FROM nvarchar(50) NOT NULL
GO
CREATE TABLE [dbo].[Part](
    [PartId] [uniqueidentifier] ROWGUIDCOL NOT NULL DEFAULT (newsequentialid()) PRIMARY KEY,
    [Name] [dbo].[Name],
    [Node] [hierarchyid] NULL,
    [Spot] [geography] NULL,
    [Notes] [xml](CONTENT [dbo].[Notes]) NULL,
    [Any] [sql_variant] NULL,
    [Twice] AS ([Price] * 2) PERSISTED,
    [Price] [smallmoney] NOT NULL CONSTRAINT [DF_Price] DEFAULT ((0.00)),
    [Stamp] [rowversion] NOT NULL,
    [From] [datetime2](7) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL,
    [To] [datetime2](7) GENERATED ALWAYS AS ROW END HIDDEN NOT NULL,
    PERIOD FOR SYSTEM_TIME ([From], [To])
) WITH (SYSTEM_VERSIONING = ON)
GO
