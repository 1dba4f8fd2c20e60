-- sqlcmd's commands, batches that end with GO, tables inside IF, procedures with tables of their own.
:setvar DatabaseName "Depot"
:on error exit
GO
IF N'$(DatabaseName)' NOT LIKE N'%'
    BEGIN
        PRINT N'it''s not there';
        SET NOEXEC ON;
    END
GO
IF NOT EXISTS (SELECT * FROM sys.objects WHERE object_id = OBJECT_ID(N'[dbo].[Box]'))
BEGIN
CREATE TABLE [dbo].[Box](
    [BoxId] [int] IDENTITY(1,1) NOT NULL,
    [Size] [nvarchar](max) NULL,
    [Weight] [money] NOT NULL
 CONSTRAINT [PK_Box] PRIMARY KEY CLUSTERED
(
    [BoxId] ASC
)WITH (PAD_INDEX = OFF, IGNORE_DUP_KEY = OFF) ON [PRIMARY]
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
END
GO
CREATE PROCEDURE [dbo].[Weigh] AS
CREATE TABLE #scales (a int)
CREATE TABLE weighed (a int)
GO
EXEC('CREATE TABLE [dbo].[Lid] ([LidId] int NOT NULL PRIMARY KEY, [Kind] char(1) DEFAULT ''x'', [BoxId] int NOT NULL)')
GO
ALTER TABLE [dbo].[Lid] WITH CHECK ADD CONSTRAINT [FK_Lid_Box] FOREIGN KEY([BoxId])
REFERENCES [dbo].[Box] ([BoxId])
GO
ALTER TABLE [dbo].[Lid] CHECK CONSTRAINT [FK_Lid_Box]
GO
