-- What computes a column may stand without brackets, and a constraint without its comma.
CREATE TABLE [dbo].[Paper](
    [Node] hierarchyid NOT NULL,
    [Level] AS Node.GetLevel(),
    [Total] AS ([Price] * [Count]) PERSISTED NOT NULL,
    [Price] money NOT NULL,
    [Count] int NOT NULL
    CONSTRAINT [PK_Paper] PRIMARY KEY CLUSTERED ([Node])
    CONSTRAINT [CK_Paper] CHECK ([Count] BETWEEN 1 AND 9)
)
GO
